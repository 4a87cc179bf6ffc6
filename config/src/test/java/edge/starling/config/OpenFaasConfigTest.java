package edge.starling.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OpenFaasConfigTest {
  @ParameterizedTest
  @CsvSource({
    "http://a:8080, 8080, false",
    "http://a/base, 80, false",
    "https://a, 443, true",
    "https://a:8443, 8443, true"
  })
  void knowsWhereTheGatewayListens(String gateway, int port, boolean tls) {
    OpenFaasConfig config =
        ConfigLoader.load(null, Map.of(), List.of("runtimes.openfaas.gateway=" + gateway))
            .runtimes()
            .openfaas();

    assertThat(config.gatewayPort()).isEqualTo(port);
    assertThat(config.isGatewayTls()).isEqualTo(tls);
  }
}
