package dev.belay.worker.link;

import dev.belay.runtime.proto.FromWorker;
import dev.belay.runtime.proto.ListCompletionsReply;
import dev.belay.runtime.proto.ListCompletionsRequest;
import dev.belay.runtime.proto.ToWorker;
import dev.belay.worker.core.LinkEnd;
import java.util.concurrent.CompletableFuture;

/**
 * One connection to the coordinator, with one stream on it. No call blocks. {@link #send}, {@link
 * #taken} and {@link #close} are for one thread at a time, {@link #completions} for any.
 */
public interface Link {
  /** Sends, or drops when the connection is gone or choked; nobody is told. */
  void send(FromWorker message);

  /** A message that the listener was given has been dealt with: another may come. */
  void taken();

  /** Abandons the connection; the listener is not told. */
  void close();

  /** Fails with an IOException whose message is one line for people. */
  CompletableFuture<ListCompletionsReply> completions(ListCompletionsRequest request);

  /** Hears what happens on a link, on threads of the connection: must not block. */
  interface Listener {
    void opened(long link);

    void received(long link, ToWorker message);

    void closed(long link, LinkEnd end);
  }

  /** Opens links. */
  interface Dialer {
    /** Returns at once; how it went, the listener hears. */
    Link dial(long number, Listener listener);
  }
}
