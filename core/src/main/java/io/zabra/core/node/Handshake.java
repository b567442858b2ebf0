// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.node;

import io.zabra.core.effect.Event;
import io.zabra.core.effect.Step;
import io.zabra.core.log.History;
import io.zabra.core.session.Client;
import io.zabra.core.session.CloseReason;
import io.zabra.core.session.Session;
import io.zabra.core.session.SessionIds;
import io.zabra.wire.client.ConnectRequest;
import io.zabra.wire.client.ConnectResponse;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.TreeMap;

/// Answers connect requests: makes sessions, and lets clients resume theirs.
final class Handshake {

    private final NodeState state;
    private final History history;
    private final SessionIds ids;
    /// Who waits for the leader to say whether a session lives, by session.
    private final Map<Long, ArrayDeque<Claimant>> claimants = new TreeMap<>();

    private record Claimant(Client client, ConnectRequest request, int timeoutMs) {}

    Handshake(NodeState state, History history, SessionIds ids) {
        this.state = state;
        this.history = history;
        this.ids = ids;
    }

    void connect(Client client, ConnectRequest request, Step step) {
        if (client.phase() != Client.Phase.NEW) {
            return;
        }
        if (!state.serves() || isReadOnly() && !request.readOnly()) {
            end(client, CloseReason.NO_LEADER);
            return;
        }
        state.join(client);
        client.watch(state.watches().join(client));
        client.expectReadOnlyFlag(request.readOnlyPresent());
        if (request.lastZxidSeen() > state.lastApplied()) {
            refuse(client, request, "client has seen a later zxid", step);
            end(client, CloseReason.CLIENT_AHEAD);
            return;
        }
        int timeoutMs = Math.clamp(
                request.timeoutMs(),
                state.config().sessions().timeoutMsMin(),
                state.config().sessions().timeoutMsMax());
        if (request.sessionId() == 0) {
            create(client, timeoutMs, step);
        } else {
            resume(client, request, timeoutMs, step);
        }
    }

    private void create(Client client, int timeoutMs, Step step) {
        if (state.config().sessions().local() && state.path().authority() == WritePath.Authority.LEADER) {
            Session session = state.sessions().trackLocal(ids.next(state.sessions()), timeoutMs);
            bind(client, session);
            accept(client, session, 0, false);
            return;
        }
        if (state.diskFull()) {
            step.out().event(new Event.SessionRefused(0, client.remoteAddress(), "the disk is full"));
            end(client, CloseReason.DISK_FULL);
            return;
        }
        Session session = state.sessions().track(ids.next(state.sessions()), timeoutMs);
        bind(client, session);
        client.enter(Client.Phase.CONNECTING);
        state.path().createSession(client, session, step);
    }

    /// The password is checked before anything else is touched: a stranger must not disturb the owner of a session.
    private void resume(Client client, ConnectRequest request, int timeoutMs, Step step) {
        byte[] password = request.password();
        boolean known = password != null && SessionIds.matches(request.sessionId(), password);
        Claimant claimant = new Claimant(client, request, timeoutMs);
        switch (known ? claim(request.sessionId(), timeoutMs) : WritePath.Claim.INVALID) {
            case VALID -> resumed(claimant, step);
            case INVALID -> unknown(claimant, step);
            case UNKNOWN -> end(client, CloseReason.NO_LEADER);
            case ASKED -> {
                client.enter(Client.Phase.CONNECTING);
                claimants
                        .computeIfAbsent(request.sessionId(), _ -> new ArrayDeque<>())
                        .add(claimant);
            }
        }
    }

    /// Of a session that only this server knows, or that has ended, nobody else need be asked.
    private WritePath.Claim claim(long sessionId, int timeoutMs) {
        Session session = state.sessions().find(sessionId);
        if (session != null && session.isLocal() && !session.closing()) {
            return WritePath.Claim.VALID;
        }
        boolean ended = session == null && state.sessions().hasEnded(sessionId);
        return ended ? WritePath.Claim.INVALID : state.path().claim(sessionId, timeoutMs);
    }

    /// The leader has said whether a session lives.
    void claimed(long sessionId, boolean valid, Step step) {
        ArrayDeque<Claimant> waiting = claimants.get(sessionId);
        Claimant first = waiting == null ? null : waiting.poll();
        if (waiting != null && waiting.isEmpty()) {
            claimants.remove(sessionId);
        }
        if (first == null || first.client().phase() == Client.Phase.CLOSED) {
            return;
        }
        if (valid) {
            resumed(first, step);
        } else {
            unknown(first, step);
        }
    }

    /// The leader will not answer any more.
    void retire() {
        claimants.clear();
    }

    private void resumed(Claimant claimant, Step step) {
        Client client = claimant.client();
        Session session = state.sessions().track(claimant.request().sessionId(), claimant.timeoutMs());
        Client former = session.client();
        if (former != null) {
            end(former, CloseReason.SESSION_MOVED);
        }
        bind(client, session);
        // All that other connections of the session have asked for is in the log by now.
        client.beginBehind(history.lastAppended());
        state.sessions().renew(session, claimant.timeoutMs());
        step.out().event(new Event.SessionResumed(session.id(), client.remoteAddress()));
        accept(client, session, 0, isReadOnly());
    }

    private void unknown(Claimant claimant, Step step) {
        Client client = claimant.client();
        refuse(client, claimant.request(), "session unknown, closing, or wrong password", step);
        client.link().connected(response(client, 0, 0, new byte[SessionIds.PASSWORD_LENGTH], false), 0);
        end(client, CloseReason.SESSION_INVALID);
    }

    private boolean isReadOnly() {
        return state.path().authority() == WritePath.Authority.NOBODY;
    }

    /// Tells the client that its session stands, made by the transaction `zxid` if that is not 0.
    static void accept(Client client, Session session, long zxid, boolean readOnly) {
        client.enter(Client.Phase.OPEN);
        byte[] password = SessionIds.password(session.id());
        client.link().connected(response(client, session.liveTimeoutMs(), session.id(), password, readOnly), zxid);
    }

    private static ConnectResponse response(
            Client client, int timeoutMs, long sessionId, byte[] password, boolean readOnly) {
        return new ConnectResponse(0, timeoutMs, sessionId, password, readOnly, client.expectsReadOnlyFlag());
    }

    private static void bind(Client client, Session session) {
        client.bind(session);
        session.attach(client);
    }

    private void end(Client client, CloseReason reason) {
        state.end(client);
        client.link().close(reason);
    }

    private static void refuse(Client client, ConnectRequest request, String reason, Step step) {
        step.out().event(new Event.SessionRefused(request.sessionId(), client.remoteAddress(), reason));
    }
}
