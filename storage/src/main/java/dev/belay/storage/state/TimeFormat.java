package dev.belay.storage.state;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;

/** Times as the numbers that they are made of. */
final class TimeFormat {
  private TimeFormat() {}

  static void write(StateOutput out, Instant value) {
    out.writeLong(value.getEpochSecond());
    out.writeInt(value.getNano());
  }

  static Instant readInstant(StateInput in) {
    return Instant.ofEpochSecond(in.readLong(), in.readInt());
  }

  static void write(StateOutput out, Duration value) {
    out.writeLong(value.getSeconds());
    out.writeInt(value.getNano());
  }

  static Duration readDuration(StateInput in) {
    return Duration.ofSeconds(in.readLong(), in.readInt());
  }

  static void write(StateOutput out, LocalDate value) {
    out.writeLong(value.toEpochDay());
  }

  static LocalDate readDate(StateInput in) {
    return LocalDate.ofEpochDay(in.readLong());
  }

  static void write(StateOutput out, LocalTime value) {
    out.writeLong(value.toNanoOfDay());
  }

  static LocalTime readTime(StateInput in) {
    return LocalTime.ofNanoOfDay(in.readLong());
  }

  static void write(StateOutput out, LocalDateTime value) {
    write(out, value.toLocalDate());
    write(out, value.toLocalTime());
  }

  static LocalDateTime readDateTime(StateInput in) {
    return LocalDateTime.of(readDate(in), readTime(in));
  }

  static void write(StateOutput out, ZoneOffset value) {
    out.writeInt(value.getTotalSeconds());
  }

  static ZoneOffset readOffset(StateInput in) {
    return ZoneOffset.ofTotalSeconds(in.readInt());
  }

  static void write(StateOutput out, OffsetDateTime value) {
    write(out, value.toLocalDateTime());
    write(out, value.getOffset());
  }

  static OffsetDateTime readOffsetTime(StateInput in) {
    return OffsetDateTime.of(readDateTime(in), readOffset(in));
  }

  static void write(StateOutput out, ZonedDateTime value) {
    write(out, value.toLocalDateTime());
    write(out, value.getOffset());
    out.writeString(value.getZone().getId());
  }

  static ZonedDateTime readZonedTime(StateInput in) {
    LocalDateTime local = readDateTime(in);
    ZoneOffset offset = readOffset(in);
    return ZonedDateTime.ofInstant(local, offset, ZoneId.of(in.readString()));
  }
}
