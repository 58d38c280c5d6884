"""What the service says when it says no: one form, with a status, a reason and a remedy."""

import math
from collections.abc import Mapping


class RefusalError(Exception):
    """An answer other than success; no fault of the program.

    Attributes:
        status: The status of HTTP.
        error: What it is called, for programs.
        detail: What is wrong, for people.
        remedy: What to do about it.
        headers: Further headers of the answer.
    """

    def __init__(
        self,
        status: int,
        error: str,
        detail: str,
        remedy: str,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(f"{status} {error}")
        self.status, self.error, self.detail, self.remedy = status, error, detail, remedy
        self.headers = dict(headers or {})

    @property
    def body(self) -> dict[str, str]:
        """The JSON of the answer."""
        return {"error": self.error, "detail": self.detail, "remedy": self.remedy}


def busy(seconds: int = 1) -> RefusalError:
    """Return the refusal of a service that has more to do than it may put off."""
    detail, remedy = "the queue of texts to be embedded is full", f"try again in {seconds} s"
    return RefusalError(503, "busy", detail, remedy, {"Retry-After": str(seconds)})


def late(waited: float) -> RefusalError:
    """Return the refusal of a request that has waited for longer than an answer is worth."""
    seconds = math.ceil(waited)
    detail = f"the request has waited for {waited:g} s, and nothing of it was begun"
    return RefusalError(
        503, "late", detail, f"try again in {seconds} s", {"Retry-After": str(seconds)}
    )


def closing() -> RefusalError:
    """Return the refusal of a service that is about to end."""
    remedy = "ask again when it has been started anew"
    return RefusalError(
        503, "closing", "the service is being stopped", remedy, {"Retry-After": "5"}
    )


def invalid(detail: str, remedy: str = "correct the request") -> RefusalError:
    """Return the refusal of a request that can be read and cannot be granted."""
    return RefusalError(422, "invalid", detail, remedy)


def broken() -> RefusalError:
    """Return what is said where the program itself is at fault."""
    detail, remedy = "the service failed at this request", "its log says where, under the same id"
    return RefusalError(500, "internal", detail, remedy)
