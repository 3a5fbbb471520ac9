package dev.belay.coordinator.mirror;

import com.google.protobuf.ByteString;
import dev.belay.runtime.proto.PieceHeader;
import dev.belay.runtime.proto.Takeover;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;

/** Ends a mirror: takes the next number, so that whoever added to it so far can add no more. */
public final class Fence {
  private Fence() {}

  /**
   * Takes the number that follows what was read.
   *
   * @param generation that begins
   * @param token of who goes on, by which it knows a claim that it made before
   * @return false if another piece has come meanwhile: read again
   * @throws IOException nobody knows whether it was claimed; with the same token it can be tried
   *     again
   */
  public static boolean claim(
      MirrorStore store, MirrorReader.Found<?> found, int generation, Takeover token, long millis)
      throws IOException {
    PieceHeader header =
        PieceHeader.newBuilder()
            .setCluster(found.cluster())
            .setEpochGeneration(generation)
            .setNumber(found.nextNumber())
            .setWriter(token.getToken())
            .setPrevious(ByteString.EMPTY)
            .setMillis(millis)
            .setBase(found.base())
            .setLastSequence(found.lastSequence())
            .setNewestMillis(found.newestMillis())
            .setTakeover(token)
            .build();
    String name = PieceNames.of(found.cluster(), found.nextNumber());
    return store.put(name, new Piece(header, null, List.of())::writeTo)
        || token.getToken().equals(tokenAt(store, name));
  }

  private static String tokenAt(MirrorStore store, String name) throws IOException {
    try (InputStream in = store.open(name, 0)) {
      return in == null ? "" : PieceReader.header(in, Long.MAX_VALUE).getTakeover().getToken();
    } catch (DamagedPieceException | EOFException e) {
      return "";
    }
  }
}
