"""This file is kie.ai as a provider: a queue of jobs behind one JSON API.

A picture is a task: ``POST /api/v1/jobs/createTask`` answers with its id,
``GET /api/v1/jobs/recordInfo`` says how it stands and, in the end, where the picture
is. There is no idempotency key, no cancel and no list of tasks
(https://docs.kie.ai/market/quickstart), so a submission goes out once, on a connection
of its own, and what became of it is judged in `answers`.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from assetgen.digest import digest_bytes
from assetgen.errors import ResultError, UsageError
from assetgen.providers.base import Pending
from assetgen.providers.callback import CallsBack
from assetgen.providers.inert import inert
from assetgen.providers.kie.answers import UNKNOWN, asked, created, recalled, trouble
from assetgen.providers.kie.catalogue import MODELS
from assetgen.providers.kie.patience import Patience
from assetgen.providers.kie.reply import OK, Reply, usd
from assetgen.providers.kie.settings import KieSettings
from assetgen.providers.showing import ShowsPictures

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping
    from decimal import Decimal

    from assetgen.catalogue import Model
    from assetgen.providers.base import Answer, Ready, Recalled, Submission
    from assetgen.providers.callback import Call
    from assetgen.providers.kie.client import Client
    from assetgen.request import Request

_CREATE = "/api/v1/jobs/createTask"
_RECORD = "/api/v1/jobs/recordInfo"
_CREDIT = "/api/v1/chat/credit"
_FRESH_URL = "/api/v1/common/download-url"


class Kie(CallsBack, ShowsPictures):
    """kie.ai, paid by the key in ``KIE_API_KEY``.

    Attributes:
        patience: How long it waits for what.
    """

    name = "kie"
    patience = Patience()

    # Documented: 20 new tasks in 10 s per account, 10 questions a second per key
    # (https://docs.kie.ai, "Getting Started"). A little less, since a network brings
    # together what left apart.
    create_limit = (20, 10.2)
    poll_limit = (8, 1.0)

    @cached_property
    def settings(self) -> KieSettings:
        """What the environment says; raises UsageError for a mistake in it."""
        return KieSettings.of(self.environment)

    @cached_property
    def _shown(self) -> dict[str, str]:
        """Digest → where the vendor finds that picture, in this build."""
        return {}

    @cached_property
    def _client(self) -> Client:
        from assetgen.providers.kie.client import Client  # noqa: PLC0415  only a sender

        self.check()
        return Client(self.settings, self.clock, self.patience)

    def check(self) -> None:
        """Raise UsageError without a key, with two, or with a bad address."""
        if self.settings.key is None:
            raise UsageError(
                "kie.ai needs a key", hint="set `KIE_API_KEY`, or write it to `.env`"
            )

    def models(self) -> Mapping[str, Model]:
        """Return the catalogue; `nano-banana-pro` is the default."""
        return MODELS

    def payload(self, request: Request) -> dict[str, object]:
        """Return the body of createTask for a request, without pictures' addresses."""
        return self._body(request, {})

    def _body(
        self, request: Request, places: Mapping[str, list[str]]
    ) -> dict[str, object]:
        inputs = {"prompt": request.prompt, **request.inputs, **places}
        return {"model": request.model, "input": inputs}

    async def show(self, digest: str, picture: bytes) -> None:
        """Upload a picture, once for each build; see `ShowsPictures.show`."""
        from assetgen.providers.kie.uploads import upload  # noqa: PLC0415  only then

        if digest not in self._shown:
            self._shown[digest] = await upload(digest, picture, self._client)

    def _with_pictures(self, request: Request) -> dict[str, object]:
        """Return the body of createTask with the addresses of what was shown."""
        places: dict[str, list[str]] = {}
        for each in request.references:
            places.setdefault(each.input, []).append(self._shown[each.digest])
        return self._body(request, places)

    async def submit(
        self,
        request: Request,
        sending: Callable[[], Awaitable[None]],
        callback: str | None = None,
    ) -> Submission:
        """Create one task; raises UsageError without a key."""
        payload = self._with_pictures(request)
        if callback is not None:
            payload["callBackUrl"] = callback
        outcome = await self._client.submit(_CREATE, payload, sending)
        return created(outcome) if isinstance(outcome, Reply) else outcome

    def check_callback(self, url: str) -> None:
        """Raise UsageError unless kie.ai can be told to call there."""
        from assetgen.providers.kie.doorbell import check_address  # noqa: PLC0415  if set

        check_address(url, loopback=self.settings.loopback)

    @property
    def signed(self) -> bool:
        """Whether there is a key that callbacks must be signed with."""
        return bool(self.settings.hmac_keys)

    def who_rings(self, call: Call) -> str:
        """Return the id of the task that a callback is about, if it is kie.ai's."""
        from assetgen.providers.kie.doorbell import task_of  # noqa: PLC0415  if called

        return task_of(call, self.settings.hmac_keys, self.clock.now())

    async def poll(self, job: str) -> Answer:
        """Ask once how a task stands.

        A task that the vendor does not know is pending, since that is how it answers
        for a while after createTask; after 90 s of that it raises ResultError.
        """
        answer = asked(await self._client.ask("GET", _RECORD, taskId=job), job)
        if answer == Pending(UNKNOWN):
            self._bear_with(job)
        else:
            self._unknown_since.pop(job, None)
        return answer

    async def fetch(self, ready: Ready) -> bytes:
        """Return the bytes of a picture, by a fresh address if the first one is gone.

        Raises ResultError if both are gone: `poll` may then know a newer one.
        """
        from assetgen.providers.kie.download import Gone, download  # noqa: PLC0415  then

        try:
            return await download(ready.url, self._client)
        except Gone:
            fresh = await self._fresh_url(ready.url)
            if fresh is None:
                raise
            return await download(fresh, self._client)

    async def recall(self, job: str) -> Recalled | None:
        """Return what was asked of a task, None if its record does not quote it.

        Raises UsageError if kie.ai does not know the task.
        """
        return recalled(await self._client.ask("GET", _RECORD, taskId=job), job)

    async def balance(self) -> Decimal | None:
        """Return the account's credits in USD.

        Raises AccountError if the key is refused, Unavailable if nobody answers.
        """
        reply = await self._client.ask("GET", _CREDIT)
        error = trouble(reply, "the balance")
        if error:
            raise error
        envelope = reply.envelope()
        return usd(envelope.data) if envelope else None

    def account(self) -> str:
        """Return a name for the key that does not give it away, "" without a key."""
        if self.settings.key is None:
            return ""
        words = f"assetgen account kie {self.settings.key}"
        return digest_bytes(words.encode())[:16]

    async def aclose(self) -> None:
        """Close the connections, if there ever were any."""
        if "_client" in self.__dict__:
            await self._client.aclose()

    @cached_property
    def _unknown_since(self) -> dict[str, float]:
        return {}

    def _bear_with(self, job: str) -> None:
        now = self.clock.monotonic()
        if now - self._unknown_since.setdefault(job, now) > self.patience.unknown:
            raise ResultError(
                f"kie.ai does not know job `{inert(job)}`",
                hint="look for it at https://kie.ai/logs, with the key that bought it",
            )

    async def _fresh_url(self, url: str) -> str | None:
        """Return a presigned address (20 minutes) of a result, None if it has none."""
        reply = await self._client.ask("POST", _FRESH_URL, {"url": url})
        envelope = reply.envelope()
        if envelope is None or reply.code(envelope) != OK:
            return None
        return envelope.data if isinstance(envelope.data, str) else None
