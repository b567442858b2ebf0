// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.node;

import io.zabra.core.effect.Step;
import io.zabra.core.log.Proposal;
import io.zabra.core.session.Client;
import io.zabra.core.session.Session;
import io.zabra.core.session.Tag;
import io.zabra.core.zab.Learner;
import io.zabra.wire.WireWriter;
import io.zabra.wire.client.OpCode;
import io.zabra.wire.client.Request;
import io.zabra.wire.data.ErrorCode;
import io.zabra.wire.data.Id;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The writes of a learner: its leader orders them (Apache: FollowerRequestProcessor). They come back in the stream of
/// transactions, where session and xid tell whose they are.
final class ForwardedWrites implements WritePath {

    private static final byte[] NO_BODY = {};

    private final NodeState state;
    private final Learner learner;
    private final WireWriter scratch = new WireWriter();

    ForwardedWrites(NodeState state, Learner learner) {
        this.state = state;
        this.learner = learner;
    }

    @Override
    public void submit(Client client, Tag tag, Request request, List<Id> credentials, Step step) {
        scratch.reset();
        request.write(scratch);
        state.enqueue(client, new Client.Waiting(Client.ORDERED_ELSEWHERE, tag, request, 0, credentials));
        learner.forward(client.sessionId(), tag.xid(), tag.op(), scratch.toByteArray(), credentials);
    }

    /// The leader cannot decode an empty body either, and finds the same error.
    @Override
    public void fail(Client client, Tag tag, ErrorCode code, Step step) {
        enqueue(client, tag, code.number());
        learner.forward(client.sessionId(), tag.xid(), tag.op(), NO_BODY, client.credentials());
    }

    @Override
    public void createSession(Client client, Session session, Step step) {
        enqueue(client, SESSION_TAG, 0);
        create(session);
    }

    @Override
    public void upgrade(Session session, Step step) {
        state.sessions().upgrade(session);
        create(session);
    }

    private void create(Session session) {
        byte[] timeout = new WireWriter().int32(session.timeoutMs()).toByteArray();
        learner.forward(session.id(), SESSION_TAG.xid(), OpCode.CREATE_SESSION, timeout, List.<Id>of());
    }

    @Override
    public void closeSession(Client client, Session session, Tag tag, Step step) {
        session.beginClosing();
        enqueue(client, tag, 0);
        learner.forward(session.id(), tag.xid(), OpCode.CLOSE_SESSION, NO_BODY, client.credentials());
    }

    @Override
    public Claim claim(long sessionId, int timeoutMs) {
        learner.revalidate(sessionId, timeoutMs);
        return Claim.ASKED;
    }

    @Override
    public Authority authority() {
        return Authority.LEADER;
    }

    @Override
    public void ask(Client client, Tag tag) {
        learner.forward(client.sessionId(), tag.xid(), OpCode.SYNC, NO_BODY, client.credentials());
    }

    @Override
    public Proposal.@Nullable Origin originOf(Proposal proposal) {
        return state.originOf(proposal);
    }

    @Override
    public void applied(Proposal proposal) {}

    @Override
    public long outstandingBytes() {
        return state.forwardedBytes();
    }

    private void enqueue(Client client, Tag tag, int error) {
        state.enqueue(client, new Client.Waiting(Client.ORDERED_ELSEWHERE, tag, null, error, client.credentials()));
    }
}
