package dev.belay.storage.state;

import com.esotericsoftware.kryo.Kryo;
import java.lang.reflect.Field;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A field, and the form in which its values are written: primitives at their full width. */
final class Slot {
  /** The forms. */
  enum Form {
    BOOLEAN,
    BYTE,
    SHORT,
    CHAR,
    INT,
    LONG,
    FLOAT,
    DOUBLE,
    OBJECT;

    static Form of(Class<?> type) {
      return type.isPrimitive() ? valueOf(type.getName().toUpperCase(Locale.ROOT)) : OBJECT;
    }

    /** As in the table. */
    String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private final Field field;
  private final Form form;

  /** The field must be accessible. */
  Slot(Field field) {
    this.field = field;
    this.form = Form.of(field.getType());
  }

  String name() {
    return field.getName();
  }

  Form form() {
    return form;
  }

  void write(Kryo kryo, StateOutput out, Object owner) throws IllegalAccessException {
    switch (form) {
      case BOOLEAN -> out.writeBoolean(field.getBoolean(owner));
      case BYTE -> out.writeByte(field.getByte(owner));
      case SHORT -> out.writeShort(field.getShort(owner));
      case CHAR -> out.writeShort(field.getChar(owner));
      case INT -> out.writeInt(field.getInt(owner));
      case LONG -> out.writeLong(field.getLong(owner));
      case FLOAT -> out.writeFloat(field.getFloat(owner));
      case DOUBLE -> out.writeDouble(field.getDouble(owner));
      case OBJECT -> writeObject(kryo, out, owner);
    }
  }

  private void writeObject(Kryo kryo, StateOutput out, Object owner) throws IllegalAccessException {
    try {
      kryo.writeClassAndObject(out, field.get(owner));
    } catch (UnwritableStateException e) {
      throw e.in(field.getDeclaringClass(), field.getName());
    }
  }

  void read(Kryo kryo, StateInput in, Object owner) throws IllegalAccessException {
    switch (form) {
      case BOOLEAN -> field.setBoolean(owner, in.readBoolean());
      case BYTE -> field.setByte(owner, in.readByte());
      case SHORT -> field.setShort(owner, in.readShort());
      case CHAR -> field.setChar(owner, (char) in.readShort());
      case INT -> field.setInt(owner, in.readInt());
      case LONG -> field.setLong(owner, in.readLong());
      case FLOAT -> field.setFloat(owner, in.readFloat());
      case DOUBLE -> field.setDouble(owner, in.readDouble());
      case OBJECT -> field.set(owner, readObject(kryo, in));
    }
  }

  @Nullable Object readBoxed(Kryo kryo, StateInput in) {
    return form == Form.OBJECT ? readObject(kryo, in) : boxed(form, kryo, in);
  }

  private @Nullable Object readObject(Kryo kryo, StateInput in) {
    Object value = kryo.readClassAndObject(in);
    if (value != null && !field.getType().isInstance(value)) {
      throw UnreadableStateException.incompatible(
          "field "
              + field.getDeclaringClass().getName()
              + "."
              + field.getName()
              + " was saved as "
              + value.getClass().getTypeName()
              + " and is "
              + field.getType().getTypeName()
              + " now: give the new field another name");
    }
    return value;
  }

  /** A value of a field, also of one that is no longer there. */
  static @Nullable Object boxed(Form form, Kryo kryo, StateInput in) {
    return switch (form) {
      case BOOLEAN -> in.readBoolean();
      case BYTE -> in.readByte();
      case SHORT -> in.readShort();
      case CHAR -> (char) in.readShort();
      case INT -> in.readInt();
      case LONG -> in.readLong();
      case FLOAT -> in.readFloat();
      case DOUBLE -> in.readDouble();
      case OBJECT -> kryo.readClassAndObject(in);
    };
  }
}
