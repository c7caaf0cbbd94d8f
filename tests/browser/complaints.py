"""What a browser complains about, written down."""

from dataclasses import dataclass, field

from playwright.sync_api import BrowserContext, ConsoleMessage, Request, Response, WebError

# Chromium reports most of these in its console too; a style it drops silently it reports here only.
REPORT_VIOLATIONS = """
document.addEventListener('securitypolicyviolation', (event) => {
    console.error(`policy: ${event.effectiveDirective} stopped ${event.blockedURI} ${event.sample}`);
});
"""


@dataclass(kw_only=True)
class Complaints:
    """Everything that went wrong in the pages of a story, in the words of the browser."""

    host: str
    heard: list[str] = field(default_factory=list)
    expected: set[int] = field(default_factory=set)

    def expect(self, status: int) -> None:
        """From here on an answer with this status is part of the story."""
        self.expected.add(status)

    def listen(self, context: BrowserContext) -> None:
        """Write down what any page of a browser reports from here on."""
        context.add_init_script(REPORT_VIOLATIONS)
        context.on("console", self._console)
        context.on("weberror", self._error)
        context.on("request", self._request)
        context.on("response", self._response)

    def _console(self, message: ConsoleMessage) -> None:
        said_by_answer = any(f"responded with a status of {status} " in message.text for status in self.expected)
        if message.type in {"error", "warning"} and not said_by_answer:
            self.heard.append(f"console of {message.location.get('url', '')}: {message.text}")

    def _error(self, error: WebError) -> None:
        self.heard.append(f"script: {error.error}")

    def _request(self, request: Request) -> None:
        if not request.url.startswith((f"{self.host}/", "data:", "blob:")):
            self.heard.append(f"another host: {request.url}")

    def _response(self, response: Response) -> None:
        if response.status >= 400 and response.status not in self.expected:
            self.heard.append(f"{response.status} for {response.request.method} {response.url}")
