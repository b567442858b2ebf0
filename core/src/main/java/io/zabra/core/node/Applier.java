// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.node;

import io.zabra.core.base.Invariant;
import io.zabra.core.effect.Meter;
import io.zabra.core.effect.Step;
import io.zabra.core.effect.Traffic;
import io.zabra.core.log.History;
import io.zabra.core.log.Proposal;
import io.zabra.core.request.Replies;
import io.zabra.core.session.Client;
import io.zabra.core.session.CloseReason;
import io.zabra.core.session.Session;
import io.zabra.core.tree.Applied;
import io.zabra.wire.client.OpCode;
import io.zabra.wire.data.ErrorCode;
import io.zabra.wire.txn.CloseSessionTxn;
import io.zabra.wire.txn.CreateSessionTxn;
import io.zabra.wire.txn.LoggedTxn;
import io.zabra.wire.txn.TxnDigest;
import io.zabra.wire.txn.TxnHeader;
import org.jspecify.annotations.Nullable;

/// Applies committed transactions to tree and sessions, fires watches, and answers (Apache: the writing half of
/// FinalRequestProcessor). An event goes out before the reply of the write that caused it.
final class Applier {

    private final NodeState state;
    private final History history;
    private final Requests requests;
    private final Traffic traffic;
    private final Meter meter;

    Applier(NodeState state, History history, Requests requests, Traffic traffic, Meter meter) {
        this.state = state;
        this.history = history;
        this.requests = requests;
        this.traffic = traffic;
        this.meter = meter;
    }

    void apply(Proposal proposal, Step step) {
        LoggedTxn logged = proposal.txn();
        TxnHeader header = logged.header();
        WritePath path = state.serves() ? state.path() : null;
        Proposal.Origin origin = path == null ? state.originOf(proposal) : path.originOf(proposal);
        if (origin != null) {
            requests.catchUp(origin.client());
        }
        state.events().begin(header.zxid());
        boolean prepared = path instanceof Writes writes && writes.hasPrepared(header.zxid());
        Applied applied = apply(logged, prepared);
        state.events().end();
        traffic.written(logged.txn(), applied);
        state.digests().applied(header.zxid(), state.tree().digest());
        if (path != null) {
            // What was committed while this member was away says nothing of how fast it hears of writes.
            meter.applied(Math.max(0, step.now().wallMs() - header.timeMs()));
            path.applied(proposal);
        }
        compare(logged, prepared);
        Session ended = sessionEnded(logged);
        reply(proposal, origin, applied);
        Client speaker = ended == null ? null : ended.client();
        if (speaker != null) {
            state.end(speaker);
            boolean own = origin != null;
            speaker.link().close(own ? CloseReason.SESSION_CLOSED : CloseReason.SESSION_EXPIRED);
        }
    }

    private Applied apply(LoggedTxn logged, boolean own) {
        TxnHeader header = logged.header();
        if (history.overlap().covers(header.zxid())) {
            return state.tree().replay(header, logged.txn(), state.watches());
        }
        if (own) {
            return state.tree().apply(header, logged.txn(), state.watches());
        }
        Applied applied = state.tree().accept(header, logged.txn(), state.watches());
        if (!state.tree().fitted()) {
            state.diverged(header.zxid());
        }
        return applied;
    }

    /// Another server's prediction may be wrong, or this tree: that is for whoever follows it to decide. A server's own
    /// is never wrong.
    private void compare(LoggedTxn logged, boolean own) {
        TxnDigest digest = logged.digest();
        long zxid = logged.header().zxid();
        if (digest == null
                || digest.version() != TxnDigest.VERSION
                || !state.config().tree().digest()) {
            return;
        }
        if (history.overlap().isOverAt(zxid) && digest.digest() != state.tree().digest()) {
            Invariant.check(!own, "the tree differs from its prediction after zxid 0x%x", zxid);
            state.diverged(zxid);
        }
    }

    private @Nullable Session sessionEnded(LoggedTxn logged) {
        long id = logged.header().clientId();
        if (logged.txn() instanceof CreateSessionTxn(int timeoutMs)) {
            state.sessions().establish(id, timeoutMs);
        } else if (logged.txn() instanceof CloseSessionTxn) {
            Session session = state.sessions().find(id);
            state.sessions().end(id);
            return session;
        }
        return null;
    }

    private void reply(Proposal proposal, Proposal.@Nullable Origin origin, Applied applied) {
        if (origin == null) {
            return;
        }
        if (origin.client().phase() == Client.Phase.CLOSED) {
            meter.staleReply();
            return;
        }
        Client client = origin.client();
        Client.Waiting first = client.firstWaiting();
        Invariant.check(first != null && first.tag() == origin.tag(), "writes of a connection are answered in order");
        state.dequeue(client);
        if (origin.tag().op() == OpCode.CREATE_SESSION) {
            Session session = client.session();
            if (session != null) {
                Handshake.accept(client, session, proposal.zxid(), false);
            }
        } else {
            Replies.write(
                    client.link(), origin.tag(), proposal.zxid(), proposal.txn().txn(), applied);
        }
        if (applied instanceof Applied.Failed(int error) && error == ErrorCode.SESSION_MOVED.number()) {
            state.end(client);
            client.link().close(CloseReason.SESSION_MOVED);
            return;
        }
        requests.resume(client);
    }
}
