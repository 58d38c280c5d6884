"""Who may ask, and how often.

Keys are kept as hashes and compared in constant time, all of them each time, so that neither a
core dump nor the time of an answer tells a key.
"""

import hashlib
import hmac
import ipaddress
import math
import re
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from cachetools import TTLCache
from limits import RateLimitItem, parse_many

from embedlab.numerics import require
from embedlab.service.refusals import RefusalError

HEADER = "X-API-Key"
MIN_LENGTH = 16
ENVIRONMENT = "EMBEDLAB_KEYS"
_FORM = "NAME KEY, or NAME KEY admin"
# Where nobody needs a key, so many addresses are counted at most.
_MOST_ADDRESSES = 10_000


@dataclass(frozen=True)
class Caller:
    """Who asks: the name that goes with a key, never the key."""

    name: str
    is_admin: bool = False


@dataclass(frozen=True, repr=False)
class Keys:
    """The keys that open the service, as hashes.

    Attributes:
        callers: The caller of each hash (SHA-256). None: everyone may ask, nobody is an admin.
    """

    callers: Mapping[bytes, Caller] | None

    def __repr__(self) -> str:
        names = "off" if self.callers is None else [caller.name for caller in self.callers.values()]
        return f"Keys({names})"


NO_KEYS = Keys(None)
"""Everyone may ask; only for those who ask for it."""


def parse_keys(text: str, place: str) -> Keys:
    """Return the keys that a text lists, one a line; # begins a comment.

    A line is a name and a key, with a space between them, and ``admin`` behind them for a key that
    may reload the index. A name is shorter than any key, so that nobody can swap the two and find
    the key in the log.

    Args:
        text: The lines.
        place: Where they stand, for errors, which never quote a key.

    Raises:
        ValueError: If a line has another form, a name is long, a key is short or weird, one of
            them occurs twice, or there is none.

    >>> keys = parse_keys("ada 0123456789abcdef admin", "the example")
    >>> keys, identify(keys, "0123456789abcdef"), identify(keys, "guess")
    (Keys(['ada']), Caller(name='ada', is_admin=True), None)
    """
    callers: dict[bytes, Caller] = {}
    for number, line in enumerate(text.splitlines(), 1):
        # Not inside a key, where it is a character like others.
        fields = re.split(r"(?:^|\s)#", line)[0].split()
        if not fields:
            continue
        name, here = fields[0], f"{place}, line {number}"
        is_whole = len(fields) == 2 or (len(fields) == 3 and fields[2] == "admin")
        require(is_whole, here, f'read "{_FORM}"', f"{len(fields)} fields")
        rule = f"begin with a name of fewer than {MIN_LENGTH} characters, and then hold the key"
        require(len(name) < MIN_LENGTH, here, rule, f"{len(name)} characters")
        is_plain = re.fullmatch(r"[!-~]+", fields[1]) is not None
        is_long = len(fields[1]) >= MIN_LENGTH
        rule = f"hold a key of at least {MIN_LENGTH} visible ASCII characters"
        remedy = "python -c 'import secrets; print(secrets.token_urlsafe())' makes one"
        require(is_plain and is_long, here, rule, f"{len(fields[1])} characters", remedy)
        is_new = _digest(fields[1]) not in callers
        is_new = is_new and name not in {caller.name for caller in callers.values()}
        require(is_new, here, "hold a name and a key that are not there yet", name)
        callers[_digest(fields[1])] = Caller(name, len(fields) == 3)
    require(len(callers) > 0, place, f'hold a key, "{_FORM}"', "none")
    return Keys(callers)


def read_keys(path: Path | None, environment: Mapping[str, str]) -> Keys:
    """Return the keys in a file, or else those in the variable EMBEDLAB_KEYS.

    In the variable a semicolon may stand for the end of a line.

    Raises:
        ValueError: If there is no key, the file cannot be read, or a line is wrong.
    """
    if path is not None:
        try:
            return parse_keys(path.read_text(encoding="utf-8-sig"), str(path))
        except (OSError, UnicodeDecodeError) as error:
            raise ValueError(f"keys must be a readable text file, got: {error}") from error
    lines = environment.get(ENVIRONMENT, "").replace(";", "\n")
    remedy = "name a file with --keys, or say --no-key to let everyone ask"
    require(lines.strip() != "", "keys", f"be in a file or in {ENVIRONMENT}", "none", remedy)
    return parse_keys(lines, ENVIRONMENT)


def identify(keys: Keys, presented: str) -> Caller | None:
    """Return whose key it is, or None; it takes the same time for every wrong key."""
    digest = _digest(presented)
    found = None
    for known, caller in (keys.callers or {}).items():
        if hmac.compare_digest(known, digest):
            found = caller
    return found


def parse_rate(rate: str) -> RateLimitItem:
    """Return a rate such as "600/minute" in the form of the library ``limits``.

    Raises:
        ValueError: If it says something else, or several rates.
    """
    try:
        rates = parse_many(rate)
    except ValueError:
        rates = []
    is_rate = len(rates) == 1 and 0 < rates[0].amount <= 10**9
    remedy = "write one number, a slash and second, minute, hour or day"
    require(is_rate, "rate", 'read like "600/minute"', rate, remedy)
    return rates[0]


class Gate:
    """Lets callers in, as often as they may.

    A wrong key is refused and not counted: a random key is too long to be guessed at any speed,
    and behind a proxy all callers share an address, so that locking it would lock out everybody.
    """

    def __init__(
        self, keys: Keys, rate: str, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._keys, self._rate, self._clock = keys, parse_rate(rate), clock
        n_callers = _MOST_ADDRESSES if keys.callers is None else len(keys.callers)
        # When each caller was let in of late. Who has not asked for the time of the rate is
        # forgotten, and where there are too many, who has not asked longest.
        self._visits: TTLCache[str, deque[float]] = TTLCache(
            n_callers, self._rate.get_expiry(), timer=clock
        )

    def admit(self, key: str | None, address: str, *, admin: bool = False) -> Caller:
        """Return who asks.

        Args:
            key: What the header holds.
            address: Where the request comes from. It is what is counted where nobody needs a
                key.
            admin: Whether only an admin may go on.

        Raises:
            RefusalError: Without a key that is valid for this, or if it asks too often.
        """
        if self._keys.callers is None:
            caller: Caller | None = Caller("everyone")
        else:
            caller = None if key is None else identify(self._keys, key)
        if caller is None:
            detail = f"a valid key is needed in the header {HEADER}"
            header = {"WWW-Authenticate": f'ApiKey header="{HEADER}"'}
            raise RefusalError(401, "no_key", detail, "ask the operator for one", header)
        self._count(network(address) if self._keys.callers is None else caller.name)
        if admin and not caller.is_admin:
            detail, remedy = "this needs a key of an admin", "the operator can also send SIGHUP"
            raise RefusalError(403, "no_admin", detail, remedy)
        return caller

    def _count(self, who: str) -> None:
        now, most = self._clock(), self._rate.amount
        visits = self._visits.get(who) or deque(maxlen=most)
        if len(visits) == most and (wait := visits[0] + self._rate.get_expiry() - now) > 0:
            seconds = str(max(1, math.ceil(wait)))
            detail, remedy = f"more requests than {self._rate}", f"try again in {seconds} s"
            raise RefusalError(429, "too_often", detail, remedy, {"Retry-After": seconds})
        visits.append(now)
        # Put there again, so that it is kept until this visit has become old.
        self._visits[who] = visits


def network(address: str) -> str:
    """Return what is counted as one caller: an address, of IPv6 the 2^64 that one line has.

    >>> network("192.0.2.7"), network("2001:db8::7"), network("::ffff:192.0.2.7")
    ('192.0.2.7', '2001:db8::/64', '192.0.2.7')
    """
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, ipaddress.IPv4Address):
        return str(parsed)
    if parsed.ipv4_mapped is not None:
        return str(parsed.ipv4_mapped)
    return str(ipaddress.ip_network((int(parsed), 64), strict=False))


def _digest(key: str) -> bytes:
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).digest()
