package org.p3s.standalone.system;

import java.io.IOException;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives all test classes that use it the same stack, with two pilots. It is started for the first
 * class and stopped after the last one.
 */
final class SharedStackExtension implements ParameterResolver {

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == StackUnderTest.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return context
        .getRoot()
        .getStore(Namespace.create(SharedStackExtension.class))
        .computeIfAbsent("stack", key -> startStack(), StackUnderTest.class);
  }

  private static StackUnderTest startStack() {
    try {
      StackUnderTest stack = StackUnderTest.at("shared");
      stack.ok("up", "--pilots", "2");
      return stack;
    } catch (IOException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
