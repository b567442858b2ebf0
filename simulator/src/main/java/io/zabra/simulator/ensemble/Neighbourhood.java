// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.simulator.ensemble;

import io.zabra.core.node.Input;
import io.zabra.core.zab.PeerInput;
import io.zabra.simulator.links.LearnersPort;
import io.zabra.simulator.links.VotingLinks;
import io.zabra.wire.quorum.Notification;
import org.jspecify.annotations.Nullable;

/// What surrounds one process, as its network layer sees it.
final class Neighbourhood implements VotingLinks.Site, LearnersPort.Owner {

    private final Surroundings world;
    private final SimMember member;
    private final long life;

    Neighbourhood(Surroundings world, SimMember member) {
        this.world = world;
        this.member = member;
        this.life = member.life();
    }

    @Override
    public long sid() {
        return member.sid();
    }

    @Override
    public void later(long delayNs, Runnable action) {
        world.time().after(delayNs, () -> member.arrive(life, action));
    }

    @Override
    public void inNetwork(long delayNs, Runnable action) {
        world.time().after(delayNs, action);
    }

    @Override
    public @Nullable VotingLinks of(long sid) {
        SimMember other = world.members().get(sid);
        return other == null ? null : other.votes();
    }

    @Override
    public boolean isCut(long from, long to) {
        return world.network().isCut(world.member(from), world.member(to));
    }

    @Override
    public long delayNs() {
        return world.network().delayNs();
    }

    @Override
    public int breaksPercent() {
        return world.network().lossPercent() / 4;
    }

    @Override
    public boolean isTaken() {
        return member.hasPortTaken();
    }

    private void tell(PeerInput input) {
        world.count(input.getClass().getSimpleName());
        member.step(new Input.Peer(input));
    }

    @Override
    public void heard(long from, Notification notification) {
        world.interference().votes(member, from, notification);
    }

    @Override
    public void reachable(long sid) {
        tell(new PeerInput.Reachable(sid));
    }

    @Override
    public void unreachable(long sid) {
        tell(new PeerInput.Unreachable(sid));
    }

    @Override
    public void told(boolean taken) {
        world.tell("port " + sid(), taken);
        tell(new PeerInput.QuorumPort(taken));
    }
}
