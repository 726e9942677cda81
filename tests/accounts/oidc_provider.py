"""A small OpenID Connect provider on loopback, shaped as Pro Santé Connect documents itself, that can also misbehave.

Discovery at an odd path, authorize, token, JWKS, userinfo; authorization code with PKCE; each code is good once.
"""
import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlparse

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

CLIENT_ID, SECRET = "cercle-tests", "only-for-tests"
DISCOVERY = "/realms/esante-wallet/.well-known/wallet-openid-configuration"


def _new_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@dataclass
class Provider:
    """One provider. `userinfo` is whom it vouches for; `identity` overrides claims of the ID token (None leaves one out)."""

    userinfo: dict[str, Any]
    identity: dict[str, Any] = field(default_factory=dict)
    signs_with: Any = None  # another key than the published one: a forger
    algorithm: str = "RS256"
    asked: list[dict[str, str]] = field(default_factory=list)
    sub: str = "f:550dc1c8:someone"

    def __post_init__(self) -> None:
        self.key, self.codes = _new_key(), dict[str, dict[str, str]]()
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"provider": self}))
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def __enter__(self) -> "Provider":
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.server.shutdown()
        self.server.server_close()

    def forge(self) -> None:
        """From now on it signs with a key that it does not publish."""
        self.signs_with = _new_key()

    def discovery(self) -> dict[str, Any]:
        """What its well-known address says."""
        paths = {"authorization_endpoint": "auth", "token_endpoint": "token", "jwks_uri": "jwks", "userinfo_endpoint": "userinfo"}
        methods = {"token_endpoint_auth_methods_supported": ["client_secret_post"]}
        return {"issuer": self.url, **methods, **{name: f"{self.url}/{path}" for name, path in paths.items()}}

    def jwks(self) -> dict[str, Any]:
        """Its published key."""
        public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self.key.public_key()))
        return {"keys": [{**public, "kid": "k1", "use": "sig", "alg": "RS256"}]}

    def authorize(self, query: dict[str, str]) -> str:
        """Where it sends the browser back to, with a code."""
        self.asked.append(query)
        code = secrets.token_urlsafe(16)
        self.codes[code] = query
        return f"{query['redirect_uri']}?{urlencode({'code': code, 'state': query['state']})}"

    def token(self, form: dict[str, str]) -> tuple[int, dict[str, Any]]:
        """Tokens for a code: once, to the client that it knows, with the verifier of the challenge."""
        query = self.codes.pop(form.get("code", ""), None)
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        known = (form.get("client_id"), form.get("client_secret")) == (CLIENT_ID, SECRET)
        if query is None or not known or challenge != query.get("code_challenge"):
            return 400, {"error": "invalid_grant"}
        now = int(time.time())
        whom = {"iss": self.url, "aud": CLIENT_ID, "sub": self.sub, "acr": "eidas1", "nonce": query.get("nonce")}
        claims = {**whom, "iat": now, "exp": now + 120, **self.identity}
        claims = {name: value for name, value in claims.items() if value is not None}
        signed = jwt.encode(claims, self.signs_with or self.key, self.algorithm, {"kid": "k1"})
        return 200, {"access_token": secrets.token_urlsafe(16), "token_type": "Bearer", "expires_in": 120, "id_token": signed}


class _Handler(BaseHTTPRequestHandler):
    provider: Provider

    def do_GET(self) -> None:
        where = urlparse(self.path)
        query = {name: values[0] for name, values in parse_qs(where.query).items()}
        if where.path == "/auth":
            self.send_response(302)
            self.send_header("Location", self.provider.authorize(query))
            self.end_headers()
            return
        answers: dict[str, Callable[[], dict[str, Any]]] = {
            DISCOVERY: self.provider.discovery,
            "/jwks": self.provider.jwks,
            "/userinfo": lambda: self.provider.userinfo,
        }
        answer: dict[str, Any] = answers[where.path]()
        self._say(200, answer)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self._say(*self.provider.token({name: values[0] for name, values in parse_qs(body).items()}))

    def _say(self, status: int, answer: dict[str, Any]) -> None:
        data = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: Any) -> None:
        """Silence."""
