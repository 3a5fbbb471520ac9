package dev.belay.worker.link;

import dev.belay.runtime.wire.Protocol;
import io.grpc.ClientInterceptor;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.netty.channel.ChannelOption;
import io.grpc.stub.MetadataUtils;

/**
 * Dials over gRPC. Each link has a channel of its own, so that a new one is a new TCP connection:
 * on a shared channel a new stream would come to lie on the old connection, whose other end may be
 * cut off. HTTP/2 pings are left out, since gRPC allows a client none more often than every 10 s;
 * the heartbeats find out sooner.
 */
public final class GrpcDialer implements Link.Dialer {
  private static final int CONNECT_MILLIS = 3_000;

  /** An assignment names every segment of three checkpoints. */
  private static final int MAX_MESSAGE_BYTES = 64 << 20;

  private final Address address;

  public GrpcDialer(Address address) {
    this.address = address;
  }

  @Override
  public Link dial(long number, Link.Listener listener) {
    ManagedChannel channel =
        NettyChannelBuilder.forAddress(address.host(), address.port())
            .usePlaintext()
            .disableRetry()
            .maxInboundMessageSize(MAX_MESSAGE_BYTES)
            .withOption(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_MILLIS)
            .withOption(ChannelOption.SO_KEEPALIVE, true)
            .intercept(protocolHeader())
            .build();
    GrpcLink link = new GrpcLink(number, channel, listener);
    link.open();
    return link;
  }

  private static ClientInterceptor protocolHeader() {
    Metadata headers = new Metadata();
    headers.put(
        Metadata.Key.of(Protocol.HEADER, Metadata.ASCII_STRING_MARSHALLER),
        Integer.toString(Protocol.VERSION));
    return MetadataUtils.newAttachHeadersInterceptor(headers);
  }
}
