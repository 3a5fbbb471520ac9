package dev.belay.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.runtime.lease.DesiredDigest;
import dev.belay.runtime.proto.Answer;
import dev.belay.runtime.proto.Assignment;
import dev.belay.runtime.proto.Completion;
import dev.belay.runtime.proto.Desired;
import dev.belay.runtime.proto.FromWorker;
import dev.belay.runtime.proto.HeartbeatAck;
import dev.belay.runtime.proto.Hello;
import dev.belay.runtime.proto.Lease;
import dev.belay.runtime.proto.ListCompletionsReply;
import dev.belay.runtime.proto.ListCompletionsRequest;
import dev.belay.runtime.proto.Rejected;
import dev.belay.runtime.proto.Report;
import dev.belay.runtime.proto.Revocation;
import dev.belay.runtime.proto.ToWorker;
import dev.belay.runtime.proto.Welcome;
import dev.belay.runtime.proto.WorkerServiceGrpc;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A coordinator on a real port that remembers what was assigned over its own deaths, answers
 * reports as the test says (OK by default), and writes down what it hears. One worker at a time.
 */
public final class FakeCoordinator implements AutoCloseable {
  private final List<Hello> hellos = new CopyOnWriteArrayList<>();
  private final List<FromWorker> heard = new CopyOnWriteArrayList<>();
  private final List<String> protocols = new CopyOnWriteArrayList<>();
  private final Map<Lease, Assignment> desired = new LinkedHashMap<>();
  private final String store;
  private Function<Report, Answer.Verdict> verdict = report -> Answer.Verdict.OK;
  private Rejected rejection = Rejected.getDefaultInstance();
  private int protocol = 1;
  private long starts;
  private int port;
  private boolean deaf;
  private long meanTimeBetweenFailures;
  private @Nullable Server server;
  private @Nullable Session session;

  public FakeCoordinator(String store) {
    this.store = store;
  }

  /** Listens, under the port of before if there is one. */
  public synchronized FakeCoordinator start() throws IOException {
    starts++;
    server =
        NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
            .addService(new Service())
            .intercept(new HeaderNote())
            .build()
            .start();
    port = server.getPort();
    return this;
  }

  /** Dies without a word. */
  public void die() throws InterruptedException {
    Server dying;
    synchronized (this) {
      dying = server;
      server = null;
      session = null;
    }
    if (dying != null) {
      dying.shutdownNow();
      assertThat(dying.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Override
  public void close() throws InterruptedException {
    die();
  }

  public String address() {
    return "127.0.0.1:" + port;
  }

  // What it is to do.

  public synchronized FakeCoordinator answering(Function<Report, Answer.Verdict> with) {
    verdict = with;
    return this;
  }

  public synchronized FakeCoordinator rejecting(Rejected.Code code, String message) {
    rejection = Rejected.newBuilder().setCode(code).setMessage(message).build();
    return this;
  }

  public synchronized FakeCoordinator speaking(int version) {
    protocol = version;
    return this;
  }

  public synchronized FakeCoordinator workersFailEvery(long millis) {
    meanTimeBetweenFailures = millis;
    return this;
  }

  /** Takes what it is sent and says nothing. */
  public synchronized FakeCoordinator deaf(boolean now) {
    deaf = now;
    return this;
  }

  public synchronized FakeCoordinator assign(Assignment assignment) {
    desired.put(assignment.getLease(), assignment);
    send(ToWorker.newBuilder().setDesired(change().addAssign(assignment)));
    return this;
  }

  public synchronized FakeCoordinator revoke(Lease lease) {
    desired.remove(lease);
    Revocation revocation = Revocation.newBuilder().setLease(lease).setReason("cancelled").build();
    send(ToWorker.newBuilder().setDesired(change().addRevoke(revocation)));
    return this;
  }

  public synchronized FakeCoordinator send(ToWorker.Builder message) {
    if (session != null) {
      session.send(message);
    }
    return this;
  }

  private Desired.Builder change() {
    return Desired.newBuilder().setDigest(DesiredDigest.of(desired.keySet()));
  }

  // What it heard.

  public List<Hello> hellos() {
    return hellos;
  }

  /** The value of the protocol's header on each call. */
  public List<String> protocols() {
    return protocols;
  }

  public List<Report> reports() {
    return heard.stream().filter(FromWorker::hasReport).map(FromWorker::getReport).toList();
  }

  public List<FromWorker> heard() {
    return new ArrayList<>(heard);
  }

  private synchronized void hears(Session from, FromWorker message) {
    if (message.getReportsCount() > 0) {
      for (Report report : message.getReportsList()) {
        hears(from, FromWorker.newBuilder().setReport(report).build());
      }
      return;
    }
    heard.add(message);
    if (deaf) {
      return;
    }
    switch (message.getKindCase()) {
      case HELLO -> greets(from, message.getHello());
      case HEARTBEAT ->
          from.send(
              ToWorker.newBuilder()
                  .setHeartbeatAck(
                      HeartbeatAck.newBuilder()
                          .setNumber(message.getHeartbeat().getNumber())
                          .setMeanTimeBetweenFailuresMillis(meanTimeBetweenFailures)));
      case REPORT -> answers(from, message.getReport());
      case RESYNC -> from.send(whole());
      case KIND_NOT_SET -> throw new AssertionError("an empty message");
    }
  }

  private void greets(Session from, Hello hello) {
    hellos.add(hello);
    if (rejection.getCode() != Rejected.Code.CODE_UNSPECIFIED) {
      from.send(ToWorker.newBuilder().setRejected(rejection));
      return;
    }
    session = from;
    from.send(
        ToWorker.newBuilder()
            .setWelcome(
                Welcome.newBuilder()
                    .setProtocol(protocol)
                    .setCluster("cluster1")
                    .setStore(store)
                    .setHeartbeatIntervalMillis(50)
                    .setLeaseMillis(1_000)));
    from.send(whole());
  }

  private ToWorker.Builder whole() {
    return ToWorker.newBuilder().setDesired(change().setWhole(true).addAllAssign(desired.values()));
  }

  private void answers(Session from, Report report) {
    Answer.Verdict with = verdict.apply(report);
    if (with == Answer.Verdict.VERDICT_UNSPECIFIED) {
      return;
    }
    boolean last =
        switch (report.getWhatCase()) {
          case COMPLETED, PLANNED, PUBLISHED, FAILED, RELEASED -> true;
          default -> false;
        };
    if (last || with == Answer.Verdict.REFUSED) {
      desired.remove(report.getLease());
    }
    from.send(
        ToWorker.newBuilder()
            .setAnswer(
                Answer.newBuilder()
                    .setNumber(report.getNumber())
                    .setLease(report.getLease())
                    .setVerdict(with)));
  }

  /** One stream. */
  private final class Session implements StreamObserver<FromWorker> {
    private final StreamObserver<ToWorker> out;
    private final long start = starts;
    private long revision;

    Session(StreamObserver<ToWorker> out) {
      this.out = out;
    }

    void send(ToWorker.Builder message) {
      out.onNext(
          message
              .setCoordinatorStart(start)
              .setStream(hellos.size())
              .setRevision(++revision)
              .build());
    }

    @Override
    public void onNext(FromWorker message) {
      hears(this, message);
    }

    @Override
    public void onError(Throwable failure) {}

    @Override
    public void onCompleted() {
      out.onCompleted();
    }
  }

  private final class Service extends WorkerServiceGrpc.WorkerServiceImplBase {
    @Override
    public StreamObserver<FromWorker> session(StreamObserver<ToWorker> out) {
      return new Session(out);
    }

    @Override
    public void listCompletions(
        ListCompletionsRequest request, StreamObserver<ListCompletionsReply> out) {
      ListCompletionsReply.Builder reply = ListCompletionsReply.newBuilder();
      for (Report report : reports()) {
        if (report.hasCompleted() && request.getFromIndex() == 0) {
          reply.addCompletions(
              Completion.newBuilder()
                  .setIndex(report.getLease().getTask().getIndex())
                  .setResult(report.getCompleted().getResult()));
        }
      }
      out.onNext(reply.build());
      out.onCompleted();
    }
  }

  private final class HeaderNote implements ServerInterceptor {
    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
        ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
      protocols.add(
          String.valueOf(
              headers.get(Metadata.Key.of("belay-protocol", Metadata.ASCII_STRING_MARSHALLER))));
      return next.startCall(call, headers);
    }
  }
}
