package dev.belay.jobs.cli.view;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.belay.runtime.proto.ClusterStatus;
import dev.belay.runtime.proto.MirrorStatus;
import dev.belay.runtime.text.Counted;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** How far a mirror is. */
public final class MirrorView {
  private MirrorView() {}

  /** One line for people. */
  public static String line(MirrorStatus mirror, long nowMillis) {
    String where = "mirror " + Human.line(mirror.getUrl()) + ": ";
    String since = Human.duration(nowMillis - mirror.getSinceMillis());
    String line =
        where
            + switch (mirror.getState()) {
              case UP_TO_DATE -> "up to date";
              case CATCHING_UP -> "catching up for " + since;
              case OUT_OF_REACH -> "out of reach for " + since;
              case FENCED -> "fenced for " + since;
              case MIRROR_STATE_UNSPECIFIED, UNRECOGNIZED -> "in a state of a newer version";
            };
    String behind = behind(mirror);
    String lost =
        mirror.getLostObjects() == 0
            ? ""
            : "; " + Counted.of(mirror.getLostObjects(), "object") + " could not be copied";
    String why = mirror.getMessage().isEmpty() ? "" : ": " + Human.line(mirror.getMessage());
    return line + (behind.isEmpty() ? "" : ", " + behind) + lost + why;
  }

  private static String behind(MirrorStatus mirror) {
    if (mirror.getState() == MirrorStatus.State.FENCED) {
      return "";
    }
    List<String> parts = new ArrayList<>();
    if (mirror.hasRecordsBehind()) {
      parts.add(mirror.getRecordsBehind() + " records");
    }
    if (mirror.hasBytesBehind()) {
      parts.add(Human.bytes(mirror.getBytesBehind()));
    }
    if (mirror.hasMillisBehind()) {
      parts.add(Human.duration(mirror.getMillisBehind()));
    }
    return parts.isEmpty() ? "" : String.join(", ", parts) + " behind";
  }

  public static void cluster(JsonGenerator json, ClusterStatus status) throws IOException {
    json.writeStartObject();
    if (!status.hasMirror()) {
      json.writeNullField("mirror");
    } else {
      MirrorStatus mirror = status.getMirror();
      json.writeObjectFieldStart("mirror");
      json.writeStringField("url", mirror.getUrl());
      json.writeStringField("state", mirror.getState().name());
      json.writeNumberField("sinceMillis", mirror.getSinceMillis());
      number(json, "recordsBehind", mirror.hasRecordsBehind(), mirror.getRecordsBehind());
      number(json, "bytesBehind", mirror.hasBytesBehind(), mirror.getBytesBehind());
      number(json, "millisBehind", mirror.hasMillisBehind(), mirror.getMillisBehind());
      json.writeNumberField("piece", mirror.getPiece());
      json.writeNumberField("lostObjects", mirror.getLostObjects());
      if (mirror.getMessage().isEmpty()) {
        json.writeNullField("message");
      } else {
        json.writeStringField("message", mirror.getMessage());
      }
      json.writeEndObject();
    }
    json.writeEndObject();
  }

  private static void number(JsonGenerator json, String name, boolean known, long value)
      throws IOException {
    if (known) {
      json.writeNumberField(name, value);
    } else {
      json.writeNullField(name);
    }
  }
}
