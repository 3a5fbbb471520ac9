package dev.belay.storage.s3;

import dev.belay.storage.ObjectStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import software.amazon.awssdk.http.SdkHttpClient;

/**
 * Holds S3, on a server that a subclass names, to the contract while requests and answers are lost
 * or refused: the client tries again, and the store knows its own object when it meets it.
 */
public abstract class TroubledS3Stores {
  /** A store in the test's own place, the same each time within a test, over this network. */
  protected abstract S3Store open(SdkHttpClient http) throws Exception;

  /** One trouble of the network. */
  abstract class Troubled extends S3StoreContract {
    private final FaultyHttp http = new FaultyHttp();
    private S3Store store;
    private S3Store another;

    abstract FaultyHttp.Fault fault();

    @BeforeEach
    void open() throws Exception {
      http.fault = fault();
      store = TroubledS3Stores.this.open(http);
      another = TroubledS3Stores.this.open(new FaultyHttp());
    }

    @AfterEach
    void close() {
      store.close();
      another.close();
    }

    @Override
    protected ObjectStore store() {
      return store;
    }

    @Override
    protected ObjectStore another() {
      return another;
    }
  }

  /** 503 SlowDown to a few, as a hot prefix gets. */
  @Nested
  class Throttling extends Troubled {
    @Override
    FaultyHttp.Fault fault() {
      return FaultyHttp.everyOther(30, FaultyHttp.refused(503, "SlowDown"));
    }
  }

  @Nested
  class Erring extends Troubled {
    @Override
    FaultyHttp.Fault fault() {
      return FaultyHttp.everyOther(4, FaultyHttp.refused(500, "InternalError"));
    }
  }

  @Nested
  class LosingRequests extends Troubled {
    @Override
    FaultyHttp.Fault fault() {
      return FaultyHttp.everyOther(3, FaultyHttp.requestLost());
    }
  }

  /**
   * Puts that succeeded and were reported failed. The beginning of an upload is left out: one whose
   * answer was lost stays unfinished until it is swept.
   */
  @Nested
  class LosingAnswers extends Troubled {
    @Override
    FaultyHttp.Fault fault() {
      return FaultyHttp.everyOther(
          3, FaultyHttp.answerLost(request -> !FaultyHttp.isBeginning(request)));
    }
  }
}
