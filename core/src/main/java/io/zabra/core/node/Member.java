// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.node;

import io.zabra.core.base.Invariant;
import io.zabra.core.base.Now;
import io.zabra.core.effect.Step;
import io.zabra.core.feed.LearnerSeat;
import io.zabra.core.log.ReceivedSnapshot;
import io.zabra.core.log.Zxid;
import io.zabra.core.quorum.Membership;
import io.zabra.core.session.Client;
import io.zabra.core.session.CloseReason;
import io.zabra.core.session.Session;
import io.zabra.core.tree.DataTree;
import io.zabra.core.tree.FrozenTree;
import io.zabra.core.tree.Paths;
import io.zabra.core.tree.Znode;
import io.zabra.core.zab.Leader;
import io.zabra.core.zab.Learner;
import io.zabra.core.zab.Replica;
import io.zabra.wire.quorum.QuorumPacket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/// Joins the service for clients to the ensemble that orders its transactions. Owned by the node.
final class Member implements Replica {

    private final BiFunction<Restored, Now, Service> make;
    private Service service;
    private @Nullable Step step;

    /// @param make makes the service for a tree
    /// @param restored the first tree
    Member(BiFunction<Restored, Now, Service> make, Restored restored, Now now) {
        this.make = make;
        this.service = make.apply(restored, now);
    }

    Service service() {
        return service;
    }

    /// Everything until the next call belongs to this step.
    void begin(Step next) {
        step = next;
    }

    private Step step() {
        return Invariant.present(step);
    }

    @Override
    public void applyCommitted(Now now) {
        service.applyCommitted(step());
    }

    @Override
    public void lead(Leader leader, long epoch, Now now) {
        service.state().tree().beginEpoch(Zxid.start(epoch));
        service.lead(leader.proposals(), leader);
        service.resume(epoch, step());
    }

    @Override
    public void follow(Learner learner, long epoch, Now now) {
        if (service.state().tree().lastZxid() < Zxid.start(epoch)) {
            service.state().tree().beginEpoch(Zxid.start(epoch));
        }
        service.follow(learner, epoch, step());
        service.resume(epoch, step());
    }

    @Override
    public void retire(long inTouchMs, Now now) {
        service.retire(inTouchMs, now);
    }

    @Override
    public FrozenTree freeze() {
        return service.state().tree().freeze();
    }

    @Override
    public SortedMap<Long, Integer> sessions() {
        return new TreeMap<>(service.state().sessions().established());
    }

    @Override
    public void install(ReceivedSnapshot snapshot, Now now) {
        service.abandon();
        service = make.apply(new Restored(snapshot.tree(), snapshot.sessions()), now);
    }

    @Override
    public DataTree tree() {
        return service.state().tree();
    }

    @Override
    public void show(Membership members, Now now) {
        DataTree tree = tree();
        Znode node = tree.find(Paths.CONFIG);
        byte[] text = members.text().getBytes(StandardCharsets.UTF_8);
        if (node == null || !Arrays.equals(text, node.data())) {
            tree.configNode(text, members.version(), now.wallMs());
        }
    }

    @Override
    public long divergedAt() {
        return service.state().divergedAt();
    }

    @Override
    public void forwarded(LearnerSeat from, QuorumPacket.Forward request, Now now) {
        service.writes().forwarded(from.sid(), request, step());
    }

    @Override
    public boolean revalidate(LearnerSeat from, long sessionId, int timeoutMs) {
        Session session = service.state().sessions().find(sessionId);
        if (session == null || session.closing() || session.isLocal()) {
            return false;
        }
        leave(session);
        session.own(from.sid());
        service.state().sessions().renew(session, timeoutMs);
        return true;
    }

    @Override
    public void confirmed(long sessionId, Now now) {
        service.confirmed(sessionId, step());
    }

    @Override
    public void touch(long sessionId, int timeoutMs) {
        Session session = service.state().sessions().find(sessionId);
        if (session != null && !session.closing()) {
            service.state().sessions().touch(session);
        }
    }

    @Override
    public boolean comesBy(long observer, long sessionId) {
        Session session = service.state().sessions().find(sessionId);
        return session == null || session.comesBy(observer);
    }

    @Override
    public boolean outdated(long sessionId, int cxid) {
        Session session = service.state().sessions().find(sessionId);
        if (session == null) {
            return true;
        }
        Client client = session.client();
        return session.outdate(cxid, client != null && client.waitsForWrite(cxid));
    }

    @Override
    public void granted(long observer, long sessionId) {
        Session session = service.state().sessions().find(sessionId);
        if (session != null) {
            leave(session);
            session.own(observer);
            service.state().sessions().touch(session);
        }
    }

    /// Its client is connected elsewhere from now on.
    private void leave(Session session) {
        Client here = session.client();
        if (here != null) {
            service.state().end(here);
            here.link().close(CloseReason.SESSION_MOVED);
            session.attach(null);
        }
    }

    @Override
    public List<QuorumPacket.Touch> touched() {
        List<QuorumPacket.Touch> touched = new ArrayList<>();
        for (Session session : service.state().sessions().all()) {
            if (session.takeHeard() && !session.isLocal()) {
                touched.add(new QuorumPacket.Touch(session.id(), session.liveTimeoutMs()));
            }
        }
        return touched;
    }

    @Override
    public void revalidated(long sessionId, boolean valid, Now now) {
        service.handshake().claimed(sessionId, valid, step());
        Session session = service.state().sessions().find(sessionId);
        if (valid && session != null) {
            session.own(Session.HERE);
        }
    }

    @Override
    public void synced(long zxid, Now now) {
        service.state().syncs().answered(zxid);
        service.completeSyncs();
    }
}
