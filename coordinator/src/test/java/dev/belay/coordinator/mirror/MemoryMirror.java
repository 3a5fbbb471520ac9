package dev.belay.coordinator.mirror;

import com.google.protobuf.ByteString;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A mirror in memory, as one process sees it over a bad network. Others may share its objects. */
public class MemoryMirror implements MirrorStore {
  final Map<String, ByteString> objects;
  final Map<String, ByteString> source;
  private final Network network;

  /** What becomes of a call. */
  public enum Fate {
    FINE,
    REQUEST_LOST,
    ANSWER_LOST,
    /** The answer is that it failed, and it happens all the same, some time later. */
    LATE,
    DIES_BEFORE,
    DIES_AFTER
  }

  /** The process that called is no more. */
  static final class Death extends Error {
    private static final long serialVersionUID = 1;
  }

  /** Decides; may do something else first, as if it had been just quicker. */
  public interface Network {
    Fate of(String what, String key);

    void later(Runnable effect);
  }

  public MemoryMirror(
      Map<String, ByteString> objects, Map<String, ByteString> source, Network network) {
    this.objects = objects;
    this.source = source;
    this.network = network;
  }

  Network network() {
    return network;
  }

  /** Over a network that is fine. */
  public static MemoryMirror calm(Map<String, ByteString> objects) {
    return new MemoryMirror(
        objects,
        Map.of(),
        new Network() {
          @Override
          public Fate of(String what, String key) {
            return Fate.FINE;
          }

          @Override
          public void later(Runnable effect) {
            effect.run();
          }
        });
  }

  @Override
  public String describe() {
    return "memory:mirror";
  }

  @Override
  public @Nullable String unfit() throws IOException {
    boolean fine = call("unfit", "", () -> true);
    return fine ? null : "is none";
  }

  private <T> T call(String what, String key, Persistence.Attempt<T> effect) throws IOException {
    return switch (network.of(what, key)) {
      case FINE -> effect.make();
      case REQUEST_LOST -> throw new IOException("the mirror does not answer");
      case ANSWER_LOST -> {
        T unused = effect.make();
        throw new IOException("the answer was lost");
      }
      case LATE -> {
        network.later(
            () -> {
              try {
                T unused = effect.make();
              } catch (IOException e) {
                throw new IllegalStateException(e);
              }
            });
        throw new IOException("no answer in time");
      }
      case DIES_BEFORE -> throw new Death();
      case DIES_AFTER -> {
        T unused = effect.make();
        throw new Death();
      }
    };
  }

  @Override
  public boolean put(String key, Body body) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    body.writeTo(out);
    ByteString bytes = ByteString.copyFrom(out.toByteArray());
    return call("put", key, () -> putNow(key, bytes));
  }

  boolean putNow(String key, ByteString bytes) {
    return objects.putIfAbsent(key, bytes) == null;
  }

  @Override
  public @Nullable InputStream open(String key, long offset) throws IOException {
    ByteString bytes = call("open", key, () -> objects.getOrDefault(key, ByteString.EMPTY));
    return bytes.isEmpty() ? null : bytes.substring((int) offset).newInput();
  }

  @Override
  public List<Stored> list(String prefix) throws IOException {
    return call("list", prefix, () -> listNow(prefix));
  }

  private List<Stored> listNow(String prefix) {
    List<Stored> found = new ArrayList<>();
    objects.forEach(
        (key, bytes) -> {
          if (key.startsWith(prefix)) {
            found.add(new Stored(key, bytes.size()));
          }
        });
    return found;
  }

  @Override
  public void delete(String key) throws IOException {
    boolean unused = call("delete", key, () -> objects.remove(key) != null);
  }

  @Override
  public Outcome copy(Wanted object) throws IOException {
    return call("copy", object.key(), () -> copyNow(object.key()));
  }

  Outcome copyNow(String key) {
    if (objects.containsKey(key)) {
      return Outcome.COPIED;
    }
    ByteString bytes = source.get(key);
    if (bytes == null) {
      return Outcome.MISSING;
    }
    objects.put(key, bytes);
    return Outcome.COPIED;
  }
}
