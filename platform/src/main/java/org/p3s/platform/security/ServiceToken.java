package org.p3s.platform.security;

import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** The credential with which a service calls another one: {@code service.token}. */
@ApplicationScoped
public class ServiceToken {

  private final Path file;

  ServiceToken(@ConfigProperty(name = "p3s.security.dir") Path dir) {
    this.file = dir.resolve("service.token");
  }

  /** Reads it anew, so that a token can be replaced while the service runs. */
  public String value() {
    try {
      return Files.readString(file).strip();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the service token " + file, e);
    }
  }
}
