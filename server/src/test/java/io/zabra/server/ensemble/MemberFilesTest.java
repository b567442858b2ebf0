// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.server.ensemble;

import static org.assertj.core.api.Assertions.assertThat;

import io.zabra.core.quorum.Member;
import io.zabra.core.quorum.Membership;
import io.zabra.core.quorum.Quorums;
import io.zabra.server.config.ConfigInput;
import io.zabra.server.config.ConfigReader;
import io.zabra.server.config.ConfigResult;
import io.zabra.server.config.ServerConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a server writes beside its `zoo.cfg` is what it starts with.
class MemberFilesTest {

    private static final String OTHERS = """
        server.1=127.0.0.1:11:12:participant;127.0.0.1:13
        server.2=127.0.0.1:21:22:participant;127.0.0.1:23
        """;
    private static final String SELF = "127.0.0.1:31:32:participant;127.0.0.1:33";

    @TempDir
    Path folder;

    private Path file;

    @BeforeEach
    void configure() throws IOException {
        Files.writeString(folder.resolve("myid"), "3");
        file = Files.writeString(
                folder.resolve("zoo.cfg"),
                "reconfigEnabled=true\ninitLimit=10\nsyncLimit=5\ndataDir=" + folder + "\n" + OTHERS + "server.3="
                        + SELF + "\n");
    }

    private static Quorums members(String lines, long version) {
        return Quorums.of(Membership.parse(lines + "version=" + Long.toHexString(version)));
    }

    private ServerConfig accepted() {
        return switch (ConfigReader.read(ConfigInput.of(file, Map.of()))) {
            case ConfigResult.Accepted accepted -> accepted.config();
            case ConfigResult.Rejected rejected -> throw new AssertionError(rejected.problems());
        };
    }

    @Test
    void whoWasRemovedStartsAsAServerThatIsNoMember() throws IOException {
        MemberFiles files = new MemberFiles(file, Member.parse(3, SELF));
        files.write(members(OTHERS + "server.3=" + SELF + "\n", 0x100000000L));
        assertThat(Files.readString(file)).doesNotContain("zabra.self");
        files.write(members(OTHERS, 0x100000005L));
        ServerConfig config = accepted();
        ServerConfig.Ensemble ensemble = Objects.requireNonNull(config.ensemble());
        assertThat(ensemble.membership().members()).containsOnlyKeys(1L, 2L);
        assertThat(ensemble.self()).isEqualTo(Member.parse(3, SELF));
        assertThat(ensemble.electionListen().getPort()).isEqualTo(32);
        assertThat(config.listeners().client().getPort()).isEqualTo(33);
    }

    @Test
    void whoIsAddedAgainHasNoLineOfItsOwn() throws IOException {
        new MemberFiles(file, Member.parse(3, SELF)).write(members(OTHERS, 0x100000005L));
        new MemberFiles(file, Objects.requireNonNull(accepted().ensemble()).self())
                .write(members(OTHERS + "server.3=" + SELF + "\n", 0x100000009L));
        assertThat(Files.readString(file)).doesNotContain("zabra.self");
        assertThat(Objects.requireNonNull(accepted().ensemble()).membership().isVoter(3))
                .isTrue();
    }
}
