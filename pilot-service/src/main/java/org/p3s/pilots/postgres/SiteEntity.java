package org.p3s.pilots.postgres;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import org.jspecify.annotations.NullUnmarked;

/** A site, as operators define it; env, allow_env and prefix are JSON texts. */
@Entity
@Table(name = "site")
@NullUnmarked
public class SiteEntity {
  @Id public String name;
  public String env;
  public String server;
  public int pilots;
  public int pilotcycles;
  public int pilotperiod;
  public int pilotbeat;
  public int pilotlife;
  public int slots;

  @Column(name = "allow_env")
  public String allowEnv;

  public String prefix;
}
