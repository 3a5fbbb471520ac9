package dev.belay.coordinator.rpc;

import dev.belay.runtime.wire.Protocol;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;

/** Refuses calls of another protocol version before anything of them is understood. */
public final class ProtocolCheck implements ServerInterceptor {
  private static final Metadata.Key<String> HEADER =
      Metadata.Key.of(Protocol.HEADER, Metadata.ASCII_STRING_MARSHALLER);

  @Override
  public <Q, R> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
    String version = headers.get(HEADER);
    if (Integer.toString(Protocol.VERSION).equals(version)) {
      return next.startCall(call, headers);
    }
    String spoken = version == null || !version.matches("\\d{1,9}") ? "an unknown one" : version;
    call.close(
        Status.FAILED_PRECONDITION.withDescription(
            "this coordinator speaks protocol "
                + Protocol.VERSION
                + ", the caller "
                + spoken
                + ": run the same version of Belay on both sides"),
        new Metadata());
    return new ServerCall.Listener<>() {};
  }
}
