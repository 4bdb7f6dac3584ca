"""Runs of Strongroom's processes: when each started and stopped, so that silence in the log explains itself."""

from __future__ import annotations

from domain.base import About, Aggregate, Author, Event, FirstEvent, Ocsf, Severity

EVERYBODY = (Author.SYSTEM, Author.API, Author.WORKER)


class Run(Aggregate):
    """One process from start to stop; a run without a stop was killed."""

    TOPIC = "system"

    def __init__(self, process: str, product_version: str) -> None:
        self.process = process
        self.product_version = product_version
        self.stopped = False

    def stop(self, because: str) -> None:
        if not self.stopped:
            self.trigger_event(self.Stopped, because=because)

    class Started(FirstEvent):
        """A process began to serve."""

        TOPIC = "system.started"
        ABOUT = About("Strongroom started", Ocsf.APPLICATION_LIFECYCLE, Severity.INFORMATIONAL, EVERYBODY)
        process: str
        product_version: str

    class Stopped(Event):
        """A process was asked to stop, or found that it could not go on."""

        TOPIC = "system.stopped"
        ABOUT = About("Strongroom stopped", Ocsf.APPLICATION_LIFECYCLE, Severity.LOW, EVERYBODY)
        because: str

        def apply(self, aggregate: Run) -> None:
            aggregate.stopped = True
