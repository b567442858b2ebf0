// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.interop.ensemble;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.zabra.interop.mixed.Thorough;
import io.zabra.interop.process.Product;
import io.zabra.wire.quorum.PeerState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Elections of two servers of Apache and a voter of this project, which stands below, between or above them by its id.
class ElectionIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Map<Long, Ports> all = new TreeMap<>();
    private final List<MemberProcess> apaches = new ArrayList<>();

    @BeforeEach
    void choosePorts() {
        for (long sid = 1; sid <= 3; sid++) {
            all.put(sid, Ports.free());
        }
    }

    @AfterEach
    void stop() throws InterruptedException {
        for (MemberProcess member : apaches) {
            member.close();
        }
    }

    @ParameterizedTest
    @CsvSource({"1,APACHE", "2,APACHE", "3,APACHE", "2,APACHE_3_8"})
    void whoComesLateFollowsTheLeaderThatApachesServersHaveElected(long sid, Product product) throws Exception {
        startApaches(sid, product);
        MemberProcess leader = leader();
        try (Voter voter = Voter.start(sid, 0, 0, all)) {
            await().atMost(PATIENCE).until(() -> voter.state() == PeerState.FOLLOWING);
            assertThat(voter.vote().leader()).isEqualTo(leader.sid());
        }
    }

    /// The survivor cannot serve, for the voter has no quorum port to follow it by; but it counts on the voter's vote.
    @ParameterizedTest
    @Thorough
    @CsvSource({"1", "2", "3"})
    void aVoterGoesWithTheSurvivorWhoseHistoryIsLonger(long sid) throws Exception {
        startApaches(sid, Product.APACHE);
        MemberProcess leader = leader();
        try (Voter voter = Voter.start(sid, 0, 0, all)) {
            await().atMost(PATIENCE).until(() -> voter.state() == PeerState.FOLLOWING);
            leader.kill();
            MemberProcess survivor = apaches.get(0) == leader ? apaches.get(1) : apaches.get(0);
            voter.look(0, 0);
            await().atMost(PATIENCE)
                    .until(() ->
                            voter.state() == PeerState.FOLLOWING && voter.vote().leader() == survivor.sid());
        }
    }

    @ParameterizedTest
    @CsvSource({"1", "2", "3"})
    void apachesServersElectTheVoterWithTheLongestHistory(long sid) throws Exception {
        try (Voter voter = Voter.start(sid, 0x500000007L, 5, all)) {
            startApaches(sid, Product.APACHE);
            await().atMost(PATIENCE).until(() -> voter.state() == PeerState.LEADING);
            assertThat(voter.vote().zxid()).isEqualTo(0x500000007L);
        }
    }

    private void startApaches(long without, Product product) throws Exception {
        for (long sid : all.keySet()) {
            if (sid != without) {
                apaches.add(MemberProcess.start(sid, product, all));
            }
        }
    }

    private MemberProcess leader() {
        return await().atMost(PATIENCE)
                .until(
                        () -> apaches.stream()
                                .filter(each -> each.mode().equals("leader"))
                                .findFirst(),
                        java.util.Optional::isPresent)
                .orElseThrow();
    }
}
