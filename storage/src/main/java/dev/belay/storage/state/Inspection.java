package dev.belay.storage.state;

import java.lang.reflect.Array;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.InaccessibleObjectException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Modifier;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.objenesis.instantiator.ObjectInstantiator;
import org.objenesis.strategy.StdInstantiatorStrategy;

/** Looks at a class of the job's, and refuses what could not be restored as it was. */
final class Inspection {
  private Inspection() {}

  /** Of a class that may have instances. */
  static UserType inspect(Class<?> type) {
    if (type.isArray()) {
      return new ArrayType(type);
    }
    if (type.isEnum()) {
      return new EnumType(type);
    }
    if (type.isHidden() || type.isSynthetic() || type.isAnonymousClass()) {
      throw new UnwritableStateException(Remedies.notRegistered(type));
    }
    if (Remedies.isJdk(type)) {
      throw new UnwritableStateException(Remedies.jdkType(type));
    }
    try {
      return type.isRecord() ? ofRecord(type) : ofClass(type);
    } catch (InaccessibleObjectException e) {
      throw new UnwritableStateException(
          type.getName()
              + " is in a module that does not open its package: add \"opens "
              + type.getPackageName()
              + ";\" to its module-info",
          e);
    }
  }

  private static UserType ofRecord(Class<?> type) {
    List<Slot> slots = new ArrayList<>();
    List<Class<?>> parameters = new ArrayList<>();
    for (RecordComponent component : type.getRecordComponents()) {
      parameters.add(component.getType());
      slots.add(slot(field(type, component.getName())));
    }
    @Nullable Object[] zeros = new @Nullable Object[slots.size()];
    for (int i = 0; i < zeros.length; i++) {
      zeros[i] = zero(parameters.get(i));
    }
    try {
      Constructor<?> constructor = type.getDeclaredConstructor(parameters.toArray(Class<?>[]::new));
      constructor.setAccessible(true);
      return new ShapedType.OfRecord(type, slots, constructor, zeros);
    } catch (NoSuchMethodException e) {
      throw new IllegalStateException("a record without its constructor: " + type, e);
    }
  }

  private static Field field(Class<?> type, String name) {
    try {
      return type.getDeclaredField(name);
    } catch (NoSuchFieldException e) {
      throw new IllegalStateException("a record without its field: " + type + "." + name, e);
    }
  }

  private static @Nullable Object zero(Class<?> type) {
    return type.isPrimitive() ? Array.get(Array.newInstance(type, 1), 0) : null;
  }

  private static UserType ofClass(Class<?> type) {
    List<Class<?>> hierarchy = new ArrayList<>();
    for (Class<?> at = type; at != null && at != Object.class; at = at.getSuperclass()) {
      hierarchy.add(0, at);
    }
    List<Slot> slots = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (Class<?> at : hierarchy) {
      if (Remedies.isJdk(at)) {
        checkJdkParent(type, at);
        continue;
      }
      for (Field field : at.getDeclaredFields()) {
        if (isSaved(type, field)) {
          if (!names.add(field.getName())) {
            throw new UnwritableStateException(
                type.getName()
                    + " has two fields named "
                    + field.getName()
                    + ", one of them inherited: rename one");
          }
          slots.add(slot(field));
        }
      }
    }
    return new ShapedType.OfClass(type, slots, constructor(type));
  }

  /** A JDK collection's content is not in fields that we may see. */
  private static void checkJdkParent(Class<?> type, Class<?> at) {
    boolean hasContent = !Modifier.isAbstract(at.getModifiers());
    for (Field field : at.getDeclaredFields()) {
      hasContent |= (field.getModifiers() & (Modifier.STATIC | Modifier.TRANSIENT)) == 0;
    }
    if (hasContent) {
      throw new UnwritableStateException(
          type.getName()
              + " extends "
              + at.getName()
              + ", whose content cannot be saved: hold one in a field instead");
    }
  }

  private static boolean isSaved(Class<?> type, Field field) {
    int modifiers = field.getModifiers();
    if (Modifier.isStatic(modifiers) || Modifier.isTransient(modifiers)) {
      return false;
    }
    if (field.isSynthetic()) {
      throw new UnwritableStateException(
          type.getName()
              + " is an inner class, and would be saved with what surrounds it: make it static");
    }
    return true;
  }

  private static Slot slot(Field field) {
    field.setAccessible(true);
    return new Slot(field);
  }

  /** The constructor without parameters, which may be private; without one, none is called. */
  private static Supplier<Object> constructor(Class<?> type) {
    try {
      Constructor<?> constructor = type.getDeclaredConstructor();
      constructor.setAccessible(true);
      return () -> construct(constructor);
    } catch (NoSuchMethodException e) {
      ObjectInstantiator<?> instantiator = new StdInstantiatorStrategy().newInstantiatorOf(type);
      return instantiator::newInstance;
    }
  }

  private static Object construct(Constructor<?> constructor) {
    try {
      return constructor.newInstance();
    } catch (InvocationTargetException e) {
      throw UnreadableStateException.incompatible(
          "the constructor of " + constructor.getName() + "() fails: " + e.getCause(), e);
    } catch (ReflectiveOperationException e) {
      throw UnreadableStateException.incompatible(
          constructor.getName() + " does not let itself be made: " + e.getMessage(), e);
    }
  }
}
