// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.node;

import io.zabra.core.base.Invariant;
import io.zabra.core.base.NodeConfig;
import io.zabra.core.effect.Event;
import io.zabra.core.effect.Step;
import io.zabra.core.effect.Traffic;
import io.zabra.core.log.Proposal;
import io.zabra.core.request.Answer;
import io.zabra.core.request.LinearizableReads;
import io.zabra.core.request.Preparer;
import io.zabra.core.request.Reads;
import io.zabra.core.session.Client;
import io.zabra.core.session.CloseReason;
import io.zabra.core.session.Session;
import io.zabra.core.session.Tag;
import io.zabra.wire.client.AuthRequest;
import io.zabra.wire.client.CloseSessionRequest;
import io.zabra.wire.client.MultiRequest;
import io.zabra.wire.client.OpCode;
import io.zabra.wire.client.Request;
import io.zabra.wire.client.SaslRequest;
import io.zabra.wire.client.SaslResponse;
import io.zabra.wire.client.SetWatches2Request;
import io.zabra.wire.client.SetWatchesRequest;
import io.zabra.wire.client.SyncRequest;
import io.zabra.wire.data.ErrorCode;
import io.zabra.wire.data.Id;
import java.util.List;

/// Admits requests and keeps each connection's answers in order: a read waits for the writes that the same connection
/// sent before it, and for nothing else.
final class Requests {

    private static final long UNKNOWN_OPERATION_ZXID = -1;
    private static final LinearizableReads ALL = new LinearizableReads(List.of("/"));

    private final NodeState state;
    private final Reads reads;
    private final Traffic traffic;
    private final LinearizableReads linearizable;

    Requests(NodeState state, Reads reads, Traffic traffic) {
        this.state = state;
        this.reads = reads;
        this.traffic = traffic;
        this.linearizable = new LinearizableReads(state.config().reads().linearizable());
    }

    void submit(Client client, Tag tag, Request request, Step step) {
        Session session = client.session();
        if (client.phase() == Client.Phase.CLOSED || session == null) {
            return;
        }
        boolean authenticates = request instanceof AuthRequest || request instanceof SaslRequest;
        if (!authenticates && refusedForLackOfAuth(client, tag, step)) {
            return;
        }
        if (!session.closing()) {
            state.sessions().touch(session);
        }
        if (session.isLocal() && session.closing()) {
            // Its end is on its way, and the last answer.
            state.enqueue(client, new Client.Waiting(Client.NEVER_ANSWERED, tag, null, 0, client.credentials()));
            limit(client);
            return;
        }
        switch (request) {
            case AuthRequest auth -> authenticate(client, tag, auth, step);
            // There is no SASL mechanism here; the empty token says so.
            case SaslRequest _ -> client.link().reply(tag, 0, 0, new SaslResponse(null));
            case CloseSessionRequest _ -> close(client, session, tag, step);
            default -> {
                if (request.op().isWrite()) {
                    write(client, tag, request, client.credentials(), step);
                } else if (request instanceof SyncRequest || isLinearizable(client, request)) {
                    readNewest(client, tag, request);
                } else {
                    read(client, tag, request);
                }
            }
        }
    }

    private boolean isLinearizable(Client client, Request request) {
        return (client.linearizable() ? ALL : linearizable).include(request);
    }

    /// What has to show all that was acknowledged before it was asked for.
    private void readNewest(Client client, Tag tag, Request request) {
        switch (state.path().authority()) {
            case SELF -> read(client, tag, request);
            case LEADER -> {
                state.syncs().add(client, tag, request);
                limit(client);
            }
            case NOBODY -> fail(client, tag, ErrorCode.NOT_READ_ONLY);
        }
    }

    void malformed(Client client, Input.Malformed input, Step step) {
        if (client.phase() == Client.Phase.CLOSED || refusedForLackOfAuth(client, input.tag(), step)) {
            return;
        }
        if (input.ordered() && state.diskLow()) {
            fail(client, input.tag(), codeOfAbsentPath(input.tag().op()));
        } else if (input.ordered()) {
            state.path().fail(client, input.tag(), codeOfAbsentPath(input.tag().op()), step);
        } else {
            fail(client, input.tag(), ErrorCode.MARSHALLING_ERROR);
        }
    }

    /// As in Apache: these operations judge the path as a whole, the others trip over its absence.
    static ErrorCode codeOfAbsentPath(OpCode op) {
        return op == OpCode.SET_DATA || op == OpCode.SET_ACL ? ErrorCode.BAD_ARGUMENTS : ErrorCode.MARSHALLING_ERROR;
    }

    /// Answers a request that has waited for too long, in its turn, with the error that says so.
    void refuseLate(Client client, Tag tag, Step step) {
        if (client.phase() != Client.Phase.CLOSED && !refusedForLackOfAuth(client, tag, step)) {
            fail(client, tag, ErrorCode.THROTTLED_OP);
        }
    }

    void unknownOperation(Client client, Tag tag) {
        if (client.phase() != Client.Phase.CLOSED) {
            client.link().reply(tag, UNKNOWN_OPERATION_ZXID, ErrorCode.UNIMPLEMENTED.number(), null);
            state.end(client);
            client.link().close(CloseReason.UNKNOWN_OPERATION);
        }
    }

    /// Answers the `sync`s and linearizable reads that are complete.
    void completeSyncs(long applied) {
        Proposal.Origin complete = state.syncs().complete(applied);
        while (complete != null) {
            Client client = complete.client();
            if (client.phase() != Client.Phase.CLOSED) {
                answerNext(client, true, false);
                Client.Waiting first = client.firstWaiting();
                if (first != null && first.tag() == complete.tag()) {
                    state.dequeue(client);
                    answer(client, first.tag(), Invariant.present(first.request()), first.credentials());
                    resume(client);
                } else {
                    Invariant.check(!client.waitsFor(complete.tag()), "what asks the leader is answered in its turn");
                }
            }
            complete = state.syncs().complete(applied);
        }
    }

    /// Answers what waited behind the write that was just answered, as long as the client takes it.
    void resume(Client client) {
        answerNext(client, false, false);
    }

    /// Answers what is left to answer before a write that is done now, whether or not the client keeps up: what it
    /// would see later is no longer what was there before its write.
    ///
    /// A `sync` or linearizable read is complete then, too, even if the leader has not been asked for it yet: the write
    /// came to the leader behind it, so everything that was acknowledged before stands before the write.
    void catchUp(Client client) {
        answerNext(client, true, true);
    }

    private void answerNext(Client client, boolean always, boolean questions) {
        Client.Waiting next = client.firstWaiting();
        while (next != null
                && (next.zxid() == 0 && (always || client.link().ready()) || questions && next.asksLeader())) {
            state.dequeue(client);
            Request request = next.request();
            if (request == null) {
                client.link().reply(next.tag(), state.lastApplied(), next.error(), null);
            } else if (request instanceof CloseSessionRequest) {
                closeLocal(client, next.tag());
                return;
            } else {
                answer(client, next.tag(), request, next.credentials());
            }
            next = client.firstWaiting();
        }
        state.stall(client, next != null && next.zxid() == 0);
    }

    /// Asks for something once more that the leader before did not bring about.
    void again(Client client, Client.Waiting asked, Step step) {
        Request request = asked.request();
        Session session = client.session();
        if (asked.tag().op() == OpCode.CLOSE_SESSION && session != null) {
            close(client, session, asked.tag(), step);
        } else if (request == null) {
            state.path().fail(client, asked.tag(), Invariant.present(ErrorCode.of(asked.error())), step);
        } else if (asked.asksLeader()) {
            state.syncs().add(client, asked.tag(), request);
        } else {
            write(client, asked.tag(), request, asked.credentials(), step);
        }
    }

    private void write(Client client, Tag tag, Request request, List<Id> credentials, Step step) {
        if (state.diskLow()) {
            fail(client, tag, ErrorCode.QUOTA_EXCEEDED);
            return;
        }
        Session session = client.session();
        if (session != null && session.isLocal() && state.path().authority() == WritePath.Authority.LEADER) {
            boolean owns = Preparer.needsGlobalSession(request);
            if (owns && state.config().sessions().upgrade()) {
                state.path().upgrade(session, step);
            } else if (owns && !(request instanceof MultiRequest)) {
                fail(client, tag, ErrorCode.EPHEMERAL_ON_LOCAL_SESSION);
                return;
            }
        }
        state.path().submit(client, tag, request, credentials, step);
        limit(client);
    }

    /// Ends a session that only this server knows.
    private void closeLocal(Client client, Tag tag) {
        state.sessions().end(client.sessionId());
        client.link().reply(tag, state.lastApplied(), 0, null);
        state.end(client);
        client.link().close(CloseReason.SESSION_CLOSED);
    }

    private void read(Client client, Tag tag, Request request) {
        if (client.waiting() == 0) {
            answer(client, tag, request, client.credentials());
        } else {
            state.enqueue(client, new Client.Waiting(0, tag, request, 0, client.credentials()));
            limit(client);
        }
    }

    private void fail(Client client, Tag tag, ErrorCode code) {
        if (client.waiting() == 0) {
            client.link().reply(tag, state.lastApplied(), code.number(), null);
        } else {
            state.enqueue(client, new Client.Waiting(0, tag, null, code.number(), client.credentials()));
            limit(client);
        }
    }

    private void answer(Client client, Tag tag, Request request, List<Id> credentials) {
        Answer answer = reads.answer(client, request, credentials);
        traffic.read(request, answer);
        client.link().reply(tag, state.lastApplied(), answer.error(), answer.body());
        boolean restoresWatches = request instanceof SetWatchesRequest || request instanceof SetWatches2Request;
        if (restoresWatches && answer.error() != 0) {
            // No client looks at this answer, and would then rely on watches that it does not have.
            state.end(client);
            client.link().close(CloseReason.LIMIT);
        }
    }

    private void close(Client client, Session session, Tag tag, Step step) {
        if (session.closing()) {
            // The end of the connection is on its way, and the only answer; nothing behind this may overtake it.
            state.enqueue(client, new Client.Waiting(Client.NEVER_ANSWERED, tag, null, 0, client.credentials()));
            limit(client);
            return;
        }
        if (session.isLocal() && !mayBegin(session)) {
            session.beginClosing();
            state.enqueue(client, new Client.Waiting(0, tag, new CloseSessionRequest(), 0, client.credentials()));
            if (client.waiting() == 1) {
                answerNext(client, true, false);
            }
            return;
        }
        if (state.diskFull()) {
            // Nobody can be told that it has ended: it will, by its timeout, when there is space again.
            session.attach(null);
            state.end(client);
            client.link().close(CloseReason.DISK_FULL);
            return;
        }
        state.path().closeSession(client, session, tag, step);
    }

    /// Whether the transaction that makes a local session known to all may be in the log, and nobody leads who could
    /// tell.
    private boolean mayBegin(Session session) {
        return session.mayBegin() && state.path().authority() == WritePath.Authority.NOBODY;
    }

    private void authenticate(Client client, Tag tag, AuthRequest auth, Step step) {
        List<Id> earned = state.access().authenticate(auth.scheme(), auth.auth(), client.remoteAddress());
        if (earned != null && client.grant(earned)) {
            client.link().reply(tag, 0, 0, null);
            return;
        }
        step.out()
                .event(new Event.AuthFailed(client.sessionId(), client.remoteAddress(), String.valueOf(auth.scheme())));
        client.link().reply(tag, 0, ErrorCode.AUTH_FAILED.number(), null);
        state.end(client);
        client.link().close(CloseReason.AUTH_FAILED);
    }

    /// Whether the client had to authenticate first (`enforce.auth.schemes`); it has then been told so and is closed.
    private boolean refusedForLackOfAuth(Client client, Tag tag, Step step) {
        List<String> required = state.config().tree().requiredSchemes();
        if (required.isEmpty()) {
            return false;
        }
        for (Id credential : client.credentials()) {
            if (required.contains(credential.scheme())) {
                return false;
            }
        }
        step.out().event(new Event.AuthFailed(client.sessionId(), client.remoteAddress(), String.join(",", required)));
        client.link().reply(tag, 0, ErrorCode.SESSION_CLOSED_REQUIRE_SASL_AUTH.number(), null);
        state.end(client);
        client.link().close(CloseReason.AUTH_FAILED);
        return true;
    }

    private void limit(Client client) {
        NodeConfig.Limits limits = state.config().limits();
        if (client.waiting() > limits.waitingMax() || client.waitingBytes() > limits.waitingBytesMax()) {
            state.end(client);
            client.link().close(CloseReason.LIMIT);
        }
    }
}
