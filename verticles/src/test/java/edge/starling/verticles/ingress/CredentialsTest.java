package edge.starling.verticles.ingress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import edge.starling.config.BasicAuthConfig;
import edge.starling.config.InvalidConfig;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CredentialsTest {
  @TempDir private Path folder;

  private static String basic(String text) {
    return "Basic " + Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void onlyTheRightOnesAreAllowed() {
    Credentials asked = Credentials.of(new BasicAuthConfig(true, "admin", "", "p:ä", ""));

    assertThat(asked.allow(basic("admin:p:ä"))).isTrue();
    assertThat(asked.allow(basic("admin:p:ä").replace("Basic", "basic"))).isTrue();
    assertThat(asked.allow(basic("admin:p"))).isFalse();
    assertThat(asked.allow(basic("Admin:p:ä"))).isFalse();
    assertThat(asked.allow(null)).isFalse();
    assertThat(asked.allow("Bearer ")).isFalse();
    assertThat(asked.allow("Basic")).isFalse();
    assertThat(asked.allow("Basic %")).isFalse();
  }

  @Test
  void nobodyIsAskedWhereItIsOff() {
    assertThat(Credentials.of(BasicAuthConfig.OFF).allow(null)).isTrue();
  }

  @Test
  void filesGoFirst() throws IOException {
    Path user = Files.writeString(folder.resolve("user"), "ops\n");
    Path password = Files.writeString(folder.resolve("password"), "secret\r\n");
    Credentials asked =
        Credentials.of(
            new BasicAuthConfig(true, "admin", user.toString(), "other", password.toString()));

    assertThat(asked.allow(basic("ops:secret"))).isTrue();
    assertThat(asked.allow(basic("admin:other"))).isFalse();
  }

  @Test
  void aFileThatCannotBeReadStopsTheStart() {
    String missing = folder.resolve("missing").toString();
    assertThatThrownBy(() -> Credentials.of(new BasicAuthConfig(true, "admin", "", "", missing)))
        .isInstanceOf(InvalidConfig.class)
        .hasMessageContaining("http.basic-auth.password-file");
  }
}
