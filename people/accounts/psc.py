"""Pro Santé Connect: what it asks beyond allauth's OpenID Connect. A nonce, a signature that is always checked, its claims.

An ID token is taken only when it is signed by a key of the provider's set, meant for us, in its time, and carries the nonce
of this very browser session. The state is used once, the code is bound to the browser by PKCE.
"""
import secrets
from typing import Any

import jwt
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.models import SocialApp, SocialLogin, SocialToken
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare

from people.accounts import psc_claims

PROVIDER_ID = "psc"
_ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "ES256", "ES384"]  # never "none", never a shared secret
_CLOCKS_DIFFER_S = 10
_LEVEL = "eidas1"


class ProSanteConnectAdapter(OpenIDConnectOAuth2Adapter):  # type: ignore[misc]
    """Takes the answer of the token end-point. `nonce` is that of the state which this callback used up."""

    nonce: str | None = None

    def complete_login(self, request: HttpRequest, app: SocialApp, token: SocialToken, **kwargs: Any) -> SocialLogin:
        """The sign-in that the provider vouches for. Raises OAuth2Error for anything that does not hold."""
        identity = self._verified(app, kwargs["response"].get("id_token") or "")
        userinfo = self._fetch_user_info(token.token)
        if not isinstance(userinfo, dict) or userinfo.get("sub", identity["sub"]) != identity["sub"]:
            raise OAuth2Error("userinfo speaks of somebody else")
        try:
            return self.get_provider().sociallogin_from_response(request, {"userinfo": userinfo, "id_token": identity})
        except ValueError as error:
            raise OAuth2Error("userinfo names nobody") from error

    def _verified(self, app: SocialApp, id_token: str) -> dict[str, Any]:
        try:
            key = self._signing_key(jwt.get_unverified_header(id_token).get("kid"))
            identity: dict[str, Any] = jwt.decode(
                id_token,
                key,
                algorithms=_ALGORITHMS,
                audience=app.client_id,
                issuer=self.openid_config["issuer"],
                leeway=_CLOCKS_DIFFER_S,
                options={"require": ["exp", "iat", "aud", "iss", "sub", "nonce"]},
            )
        except (jwt.PyJWTError, KeyError, TypeError, ValueError) as error:
            raise OAuth2Error("the ID token does not hold") from error
        if not self.nonce or not constant_time_compare(str(identity["nonce"]), self.nonce):
            raise OAuth2Error("the ID token belongs to another sign-in")
        if identity.get("acr", _LEVEL) != _LEVEL:
            raise OAuth2Error("signed in at a lower level than asked for")
        return identity

    def _signing_key(self, kid: str | None) -> jwt.PyJWK:
        with get_adapter().get_requests_session() as session:
            answer = session.get(self.openid_config["jwks_uri"])
            answer.raise_for_status()
            keys = jwt.PyJWKSet.from_dict(answer.json()).keys
        for key in keys:
            if key.key_id == kid:
                return key
        raise OAuth2Error("signed by an unknown key")


class ProSanteConnect(OpenIDConnectProvider):  # type: ignore[misc]
    """The provider. Sends a nonce, and nothing that the visitor's query string adds or weakens."""

    oauth2_adapter_class = ProSanteConnectAdapter
    supports_token_authentication = False  # a token handed over by an app carries no nonce of ours

    @classmethod
    def get_package(cls) -> str:
        """Where allauth finds the routes."""
        return "allauth.socialaccount.providers.openid_connect"

    def redirect(self, request: HttpRequest, process: str, next_url: str | None = None, data: Any = None, **_: Any) -> HttpResponse:
        """To the provider, with state, PKCE challenge, level and nonce."""
        nonce = secrets.token_urlsafe(32)
        asked = {**self.get_auth_params(), "nonce": nonce}
        answer: HttpResponse = super().redirect(request, process, next_url, data, scope=self.get_scope(), auth_params=asked, nonce=nonce)
        return answer

    def extract_uid(self, data: dict[str, Any]) -> str:
        """The national identifier. Raises ValueError where there is none."""
        return psc_claims.read(data["userinfo"]).subject

    def extract_extra_data(self, data: dict[str, Any]) -> dict[str, Any]:
        """What is kept beside the link: identifier and professions, and no name."""
        return {"userinfo": psc_claims.read(data["userinfo"]).without_names()}

    def extract_common_fields(self, data: dict[str, Any]) -> dict[str, Any]:
        """What a new account takes from it."""
        return {"claims": psc_claims.read(data["userinfo"])}

    def extract_email_addresses(self, data: dict[str, Any]) -> list[Any]:
        """None: it vouches for identities, not for addresses."""
        return []


class _Callback(OAuth2CallbackView):  # type: ignore[misc]
    """allauth's callback, which tells the adapter the nonce of the state that it uses up."""

    def _get_state(self, request: HttpRequest, provider: ProSanteConnect) -> tuple[dict[str, Any] | None, HttpResponse | None]:
        state, answer = super()._get_state(request, provider)
        self.adapter.nonce = (state or {}).get("nonce")
        return state, answer


def callback(request: HttpRequest) -> HttpResponse:
    """Where Pro Santé Connect sends the browser back to. 404 where it is not configured."""
    try:
        answer: HttpResponse = _Callback.adapter_view(ProSanteConnectAdapter(request, PROVIDER_ID))(request)
    except SocialApp.DoesNotExist:
        raise Http404 from None
    return answer
