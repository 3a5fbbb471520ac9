package dev.belay.jobs.cli;

import picocli.CommandLine.Option;

/** Which coordinator to ask. */
final class CoordinatorOption {
  @Option(
      names = "--coordinator",
      paramLabel = "HOST:PORT",
      defaultValue = HostPort.DEFAULT,
      description = "The coordinator (default: ${DEFAULT-VALUE}).")
  String coordinator = HostPort.DEFAULT;

  HostPort address() {
    return HostPort.parse(coordinator);
  }

  CoordinatorClient connect() {
    return new CoordinatorClient(address());
  }
}
