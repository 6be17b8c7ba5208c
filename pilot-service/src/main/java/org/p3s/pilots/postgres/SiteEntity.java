package org.p3s.pilots.postgres;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import org.jspecify.annotations.NullUnmarked;

/** A row of the table {@code site}; env, allow_env and prefix are JSON texts. */
@Entity
@Table(name = "site")
@NullUnmarked
class SiteEntity {
  @Id String name;
  String env;
  String server;
  String provider;
  int pilots;
  int pilotcycles;
  int pilotperiod;
  int pilotbeat;
  int pilotlife;
  int slots;

  @Column(name = "allow_env")
  String allowEnv;

  String prefix;
}
