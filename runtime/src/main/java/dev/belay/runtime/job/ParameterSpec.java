package dev.belay.runtime.job;

import org.jspecify.annotations.Nullable;

/**
 * A parameter that a job takes.
 *
 * @param minimum for numbers
 * @param maximum for numbers
 * @param fallback the value where none is given; null if the parameter is required
 */
public record ParameterSpec(
    String name,
    Type type,
    String description,
    long minimum,
    long maximum,
    @Nullable String fallback) {
  /** How a value is written. */
  public enum Type {
    TEXT,
    /** Made absolute against the submitter's working directory. */
    PATH,
    /** A whole number; 1e10 and 10_000 are understood. */
    NUMBER,
    /** true or false. */
    FLAG
  }

  public static ParameterSpec path(String name, String description) {
    return new ParameterSpec(name, Type.PATH, description, 0, 0, null);
  }

  public static ParameterSpec text(String name, String description) {
    return new ParameterSpec(name, Type.TEXT, description, 0, 0, null);
  }

  public static ParameterSpec number(String name, String description, long minimum, long maximum) {
    return new ParameterSpec(name, Type.NUMBER, description, minimum, maximum, null);
  }

  public static ParameterSpec flag(String name, String description) {
    return new ParameterSpec(name, Type.FLAG, description, 0, 0, "false");
  }

  /** The same parameter, with a value for when none is given. */
  public ParameterSpec orElse(String value) {
    return new ParameterSpec(name, type, description, minimum, maximum, value);
  }

  public boolean required() {
    return fallback == null;
  }
}
