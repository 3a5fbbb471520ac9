package dev.belay.runtime.job;

import java.math.BigDecimal;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The parameters of a submitted job, checked against what the job takes. Immutable.
 *
 * <p>Values are kept in one canonical way of writing (paths absolute, numbers in digits), so that
 * what travels to a worker means there what it meant where it was submitted.
 */
public final class Parameters {
  private final Map<String, String> values;

  private Parameters(Map<String, String> values) {
    this.values = values;
  }

  /**
   * Checks what was given and fills in what was not.
   *
   * @throws BadInputException naming every parameter that is unknown, missing or malformed
   */
  public static Parameters of(Job job, Map<String, String> given) {
    Map<String, String> values = new LinkedHashMap<>();
    List<String> wrong = new ArrayList<>();
    for (ParameterSpec spec : job.parameters()) {
      String value = given.containsKey(spec.name()) ? given.get(spec.name()) : spec.fallback();
      if (value == null) {
        wrong.add("missing parameter \"" + spec.name() + "\" (" + spec.description() + ")");
      } else {
        try {
          values.put(spec.name(), canonical(spec, value));
        } catch (BadInputException e) {
          wrong.add(String.valueOf(e.getMessage()));
        }
      }
    }
    for (String name : given.keySet()) {
      if (job.parameters().stream().noneMatch(spec -> spec.name().equals(name))) {
        wrong.add("unknown parameter \"" + name + "\"");
      }
    }
    if (!wrong.isEmpty()) {
      String takes =
          job.parameters().stream()
              .map(spec -> spec.required() ? spec.name() : "[" + spec.name() + "]")
              .collect(Collectors.joining(", "));
      throw new BadInputException(
          job.name()
              + ": "
              + String.join("; ", wrong)
              + "; it takes "
              + takes
              + ", each as -p KEY=VALUE");
    }
    return new Parameters(values);
  }

  public String text(String name) {
    String value = values.get(name);
    if (value == null) {
      throw new IllegalArgumentException("the job declares no parameter \"" + name + "\"");
    }
    return value;
  }

  public Path path(String name) {
    return Path.of(text(name));
  }

  public long number(String name) {
    return Long.parseLong(text(name));
  }

  public boolean flag(String name) {
    return Boolean.parseBoolean(text(name));
  }

  /** All of them, in the order of the job's declaration, canonically written. */
  public Map<String, String> asMap() {
    return Map.copyOf(values);
  }

  private static String canonical(ParameterSpec spec, String value) {
    return switch (spec.type()) {
      case TEXT -> value;
      case PATH -> canonicalPath(spec, value);
      case NUMBER -> canonicalNumber(spec, value);
      case FLAG -> {
        if (!value.equals("true") && !value.equals("false")) {
          throw new BadInputException(spec.name() + "=" + value + " is neither true nor false");
        }
        yield value;
      }
    };
  }

  private static String canonicalPath(ParameterSpec spec, String value) {
    if (value.isEmpty()) {
      throw new BadInputException(spec.name() + " is empty; it takes a path");
    }
    try {
      return Path.of(value).toAbsolutePath().normalize().toString();
    } catch (InvalidPathException e) {
      throw new BadInputException(
          spec.name() + "=" + value + " is not a path: " + e.getReason(), e);
    }
  }

  private static String canonicalNumber(ParameterSpec spec, String value) {
    try {
      // Scientific notation reaches far: bound the scale before expanding it to digits.
      BigDecimal decimal = new BigDecimal(value.replace("_", ""));
      if (Math.abs((long) decimal.precision() - decimal.scale()) > 20 || decimal.scale() > 40) {
        throw new ArithmeticException("too large");
      }
      long number = decimal.longValueExact();
      if (number < spec.minimum() || number > spec.maximum()) {
        throw new BadInputException(
            spec.name()
                + "="
                + value
                + " is out of range: from "
                + spec.minimum()
                + " to "
                + spec.maximum());
      }
      return Long.toString(number);
    } catch (NumberFormatException | ArithmeticException e) {
      throw new BadInputException(
          spec.name()
              + "="
              + value
              + " is not a whole number from "
              + spec.minimum()
              + " to "
              + spec.maximum(),
          e);
    }
  }
}
