package dev.belay.storage;

import dev.belay.storage.ObjectStore.Stored;
import dev.belay.storage.StoreException.Kind;
import dev.belay.storage.s3.S3Store;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tries out, with small objects that it removes again, all that Belay asks of a store: put, also in
 * parts, read, read a range, list, refuse to replace, delete, say what is missing, list unfinished
 * uploads. Servers that speak S3 differ in each.
 */
public final class StoreProbe {
  private static final Logger log = LoggerFactory.getLogger(StoreProbe.class);

  private static final String PREFIX = "probe/";
  private static final String REPLACES =
      "replaces objects though asked not to (it ignores If-None-Match)";
  private static final byte[] BYTES =
      "Belay tries out this store.".getBytes(StandardCharsets.US_ASCII);
  private static final int MIDDLE = 6;
  private static final int SOME = 5;

  private final ObjectStore store;
  private final String key = PREFIX + UUID.randomUUID();
  private final List<String> faults = new ArrayList<>();

  private StoreProbe(ObjectStore store) {
    this.store = store;
  }

  /**
   * What a store may lack and yet be used; told in the log.
   *
   * @param replaces an object is replaced by another put of its key, or of a large one in parts
   */
  public record Findings(boolean replaces, boolean hidesUploads) {}

  /**
   * Tries out all of a store that was opened by this URL; where it fails, finds out whether that is
   * for checksums that its server does not know.
   *
   * @throws StoreException as {@link #check(ObjectStore)}
   */
  public static Findings check(ObjectStore store, String url) throws StoreException {
    try {
      return check(store);
    } catch (StoreException e) {
      Optional<String> without =
          e.kind() == Kind.CONFIGURATION ? Stores.withoutChecksums(url) : Optional.empty();
      if (without.isPresent() && passes(without.get())) {
        throw new StoreException(
            Kind.CONFIGURATION,
            "the store "
                + url
                + " does not take the checksums that are sent with each request: add"
                + " checksums=when-required to its URL, as "
                + without.get(),
            e);
      }
      throw e;
    }
  }

  private static boolean passes(String url) {
    try (ObjectStore store = Stores.open(url)) {
      Findings unused = check(store);
      return true;
    } catch (StoreException e) {
      log.debug("the store fails without checksums, too", e);
      return false;
    }
  }

  /**
   * Takes some requests' time; with a store that is out of reach, as long as its retries take.
   *
   * @throws StoreException in one line: CONFIGURATION if the store cannot do what is needed,
   *     UNAVAILABLE if it could not be asked
   */
  public static Findings check(ObjectStore store) throws StoreException {
    Findings findings = new StoreProbe(store).check();
    if (findings.replaces()) {
      // No key is ever used twice, so this is a second fence that is missing, not the first.
      log.warn("the store {} {}", store.describe(), REPLACES);
    }
    return findings;
  }

  /**
   * As {@link #check}, of a store that is to hold a mirror. What keeps a lost region from changing
   * it is that the store never replaces, so one that does is none.
   *
   * @return why it cannot hold one, as what it does; empty: it can
   * @throws StoreException as {@link #check}
   */
  public static Optional<String> whyNoMirror(ObjectStore store) throws StoreException {
    return new StoreProbe(store).check().replaces()
        ? Optional.of(
            REPLACES + ", so it could not keep a lost region out: use a server that refuses to")
        : Optional.empty();
  }

  /**
   * Only whether this process may use a store that others have tried out: put, read, delete.
   *
   * @throws StoreException as {@link #check}
   */
  public static void access(ObjectStore store) throws StoreException {
    StoreProbe probe = new StoreProbe(store);
    probe.trying(
        probe.key,
        () -> {
          probe.putAndRead();
          return true;
        });
    probe.tell();
  }

  /**
   * Whether this process can use a store that it could use before. One that gives what it holds can
   * be used, though it may be full.
   *
   * @throws StoreException if it cannot
   */
  public static void reach(ObjectStore store) throws StoreException {
    try {
      access(store);
    } catch (StoreException e) {
      if (e.kind() != Kind.UNAVAILABLE || !answers(store)) {
        throw e;
      }
    }
  }

  private static boolean answers(ObjectStore store) {
    try {
      return new StoreProbe(store).isMissing();
    } catch (StoreException e) {
      log.debug("the store cannot be read either", e);
      return false;
    }
  }

  private Findings check() throws StoreException {
    Findings findings =
        trying(
            key,
            () -> {
              putAndRead();
              expect(
                  Arrays.equals(
                      read(MIDDLE, SOME), Arrays.copyOfRange(BYTES, MIDDLE, MIDDLE + SOME)),
                  "cannot read a range");
              expect(
                  step("list the objects of", () -> store.list(PREFIX))
                      .contains(new Stored(key, BYTES.length)),
                  "does not list an object that was put");
              boolean replaces = putInParts() | replaces(this::put);
              return new Findings(replaces, hidesUploads());
            });
    expect(step("read an object of", this::isMissing), "goes on giving out what was deleted");
    tell();
    return findings;
  }

  /** What is asked of the store. */
  private interface Step<T> {
    T take() throws StoreException;
  }

  /** Whose failure is told by what was to be done, since nobody knows the object. */
  private <T> T step(String what, Step<T> step) throws StoreException {
    try {
      return step.take();
    } catch (StoreException e) {
      throw new StoreException(
          e.kind(), "cannot %s the store %s: %s".formatted(what, store.describe(), reason(e)), e);
    }
  }

  /** A store says first what it cannot do to which object. */
  private String reason(StoreException e) {
    String reason = String.valueOf(e.getMessage());
    int named = reason.indexOf(key);
    int end = named < 0 ? -1 : reason.indexOf(": ", named);
    reason = end < 0 ? reason : reason.substring(end + 2);
    return reason.startsWith(store.describe() + " is ")
        ? "it" + reason.substring(store.describe().length())
        : reason;
  }

  /** Takes the object away again; that this fails matters only if nothing else does. */
  private <T> T trying(String object, Step<T> steps) throws StoreException {
    T taken;
    try {
      taken = steps.take();
    } catch (StoreException e) {
      try {
        store.delete(object);
      } catch (StoreException also) {
        e.addSuppressed(also);
      }
      throw e;
    }
    delete(object);
    return taken;
  }

  private void delete(String object) throws StoreException {
    step(
        "delete an object of",
        () -> {
          store.delete(object);
          return true;
        });
  }

  private void putAndRead() throws StoreException {
    long unused = put();
    expect(
        Arrays.equals(read(0, Long.MAX_VALUE), BYTES),
        "does not give back the bytes that were put");
  }

  private long put() throws StoreException {
    return step("put an object into", () -> store.put(key, out -> out.write(BYTES)));
  }

  /** Returns whether the parts replaced what was there. */
  private boolean putInParts() throws StoreException {
    if (store instanceof S3Store s3) {
      String parts = key + "-parts";
      Step<Long> put =
          () ->
              step(
                  "put an object in parts into",
                  () -> s3.putInParts(parts, out -> out.write(BYTES)));
      return trying(
          parts,
          () -> {
            Long unused = put.take();
            return replaces(put);
          });
    }
    return false;
  }

  /** None if the store says that they are not there, or are others. */
  private byte[] read(long offset, long length) throws StoreException {
    try (InputStream in = store.open(key, offset, length)) {
      return in.readAllBytes();
    } catch (StoreException e) {
      if (e.isOutage()) {
        return step(
            "read an object of",
            () -> {
              throw e;
            });
      }
      log.debug("reading back failed", e);
      return new byte[0];
    } catch (IOException e) {
      throw new StoreException(Kind.UNAVAILABLE, "cannot read " + key + ": " + e.getMessage(), e);
    }
  }

  private boolean isMissing() throws StoreException {
    try (InputStream in = store.open(key, 0, 1)) {
      return in.read() < 0;
    } catch (StoreException e) {
      if (e.kind() == Kind.MISSING) {
        return true;
      }
      throw e;
    } catch (IOException e) {
      return false;
    }
  }

  /**
   * @param again a put of a key that is there
   */
  private static boolean replaces(Step<Long> again) throws StoreException {
    try {
      Long unused = again.take();
      return true;
    } catch (StoreException e) {
      if (e.kind() == Kind.EXISTS) {
        return false;
      }
      throw e;
    }
  }

  private boolean hidesUploads() {
    try {
      List<String> unused = store.unfinished(PREFIX);
      return false;
    } catch (StoreException e) {
      log.warn(
          "the store {} does not list uploads that nobody finished ({}): give its bucket a rule"
              + " that aborts them after some days",
          store.describe(),
          e.getMessage());
      return true;
    }
  }

  private void expect(boolean holds, String fault) {
    if (!holds) {
      faults.add(fault);
    }
  }

  private void tell() throws StoreException {
    if (!faults.isEmpty()) {
      throw new StoreException(
          Kind.CONFIGURATION,
          "the store " + store.describe() + " " + String.join(", ", faults) + ": use another");
    }
  }
}
