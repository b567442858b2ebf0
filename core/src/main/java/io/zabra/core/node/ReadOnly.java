// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.node;

import io.zabra.core.effect.Step;
import io.zabra.core.log.Proposal;
import io.zabra.core.session.Client;
import io.zabra.core.session.CloseReason;
import io.zabra.core.session.Session;
import io.zabra.core.session.Tag;
import io.zabra.wire.client.Request;
import io.zabra.wire.data.ErrorCode;
import io.zabra.wire.data.Id;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What becomes of writes while there is no leader: they are refused (Apache: ReadOnlyZooKeeperServer). Sessions that
/// begin here are known to nobody else and end with their connection; those that the tree knows go on, and so do local
/// ones that began before. None can be closed that others know, or may yet come to know: what is behind the tree in the
/// log is committed or not when a leader has begun.
final class ReadOnly implements WritePath {

    private final NodeState state;

    ReadOnly(NodeState state) {
        this.state = state;
    }

    @Override
    public void submit(Client client, Tag tag, Request request, List<Id> credentials, Step step) {
        refuse(client, tag);
    }

    @Override
    public void fail(Client client, Tag tag, ErrorCode code, Step step) {
        refuse(client, tag);
    }

    @Override
    public void createSession(Client client, Session session, Step step) {
        Handshake.accept(client, session, 0, true);
    }

    @Override
    public void closeSession(Client client, Session session, Tag tag, Step step) {
        if (isOfTree(session.id()) || session.mayBegin()) {
            refuse(client, tag);
            return;
        }
        state.sessions().remove(session.id());
        client.link().reply(tag, state.lastApplied(), 0, null);
        state.end(client);
        client.link().close(CloseReason.SESSION_CLOSED);
    }

    @Override
    public void upgrade(Session session, Step step) {
        throw new IllegalStateException("there is no leader");
    }

    /// That this server does not know a session says nothing: it may have been made where the leader is.
    @Override
    public Claim claim(long sessionId, int timeoutMs) {
        return isOfTree(sessionId) ? Claim.VALID : Claim.UNKNOWN;
    }

    @Override
    public Authority authority() {
        return Authority.NOBODY;
    }

    @Override
    public void ask(Client client, Tag tag) {
        throw new IllegalStateException("there is no leader");
    }

    @Override
    public Proposal.@Nullable Origin originOf(Proposal proposal) {
        return null;
    }

    @Override
    public void applied(Proposal proposal) {}

    @Override
    public long outstandingBytes() {
        return 0;
    }

    /// A connection is gone.
    void left(Session session) {
        if (!isOfTree(session.id()) && !session.isLocal()) {
            state.sessions().remove(session.id());
        }
    }

    private boolean isOfTree(long sessionId) {
        return state.sessions().established().containsKey(sessionId);
    }

    private void refuse(Client client, Tag tag) {
        client.link().reply(tag, state.lastApplied(), ErrorCode.NOT_READ_ONLY.number(), null);
    }
}
