package dev.belay.storage.state;

/** Says why a class cannot be saved, and what to do instead. */
final class Remedies {
  private Remedies() {}

  static String notRegistered(Class<?> type) {
    if (type.isHidden() || type.isSynthetic()) {
      return "a lambda cannot be saved: use a named class, or make the field transient";
    }
    if (type.isAnonymousClass()) {
      return type.getName()
          + " is an anonymous class, which cannot be saved: use a named static class";
    }
    return isJdk(type) ? jdkType(type) : userType(type);
  }

  static String jdkType(Class<?> type) {
    String name = type.getTypeName();
    if (name.equals("java.util.EnumMap")) {
      return name + " cannot be saved: use a HashMap or a TreeMap";
    }
    if (name.startsWith("java.util.Collections$")
        || name.startsWith("java.util.ImmutableCollections$")
        || (type.isMemberClass() && name.startsWith("java.util."))) {
      return name
          + " (a view of another collection) cannot be saved: copy it into an ArrayList,"
          + " HashMap or HashSet of its own";
    }
    return name + " cannot be saved: hold what it is made of instead, or make the field transient";
  }

  private static String userType(Class<?> type) {
    return type.getTypeName()
        + " is not registered: add "
        + type.getCanonicalName()
        + ".class to the list that Job.stateTypes() returns";
  }

  static boolean isJdk(Class<?> type) {
    Class<?> element = type;
    while (element.isArray()) {
      element = element.getComponentType();
    }
    return element.isPrimitive()
        || element.getName().startsWith("java.")
        || element.getName().startsWith("javax.")
        || element.getName().startsWith("jdk.")
        || element.getName().startsWith("sun.");
  }
}
