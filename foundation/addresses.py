"""Which addresses are of the public internet: for whoever calls somebody else's server on behalf of somebody (SSRF)."""
import ipaddress

IP = ipaddress.IPv4Address | ipaddress.IPv6Address
_UNICAST = ipaddress.IPv6Network("2000::/3")
# Protocol assignments and the relays of 6to4, which some versions of `ipaddress` count as global.
_SPECIAL = [ipaddress.IPv4Network(network) for network in ("192.0.0.0/24", "192.88.99.0/24")]
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
_SIIT = ipaddress.IPv6Network("::ffff:0:0:0/96")


def is_public(address: IP) -> bool:
    """Whether an address is of the public internet; forms that embed an IPv4 address are judged by that one as well."""
    if isinstance(address, ipaddress.IPv4Address):
        special = address.is_multicast or address.is_reserved or any(address in network for network in _SPECIAL)
        return address.is_global and not special
    if address.ipv4_mapped is not None:
        return is_public(address.ipv4_mapped)
    if address in _NAT64 or address in _SIIT:
        return is_public(ipaddress.IPv4Address(int(address) & 0xFFFF_FFFF))
    if address.sixtofour is not None:
        return is_public(address.sixtofour)
    if address.teredo is not None:
        return all(is_public(part) for part in address.teredo)
    return address in _UNICAST and address.is_global and address.scope_id is None
