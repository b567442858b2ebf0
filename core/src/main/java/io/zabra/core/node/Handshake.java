// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.node;

import io.zabra.core.effect.Event;
import io.zabra.core.effect.Step;
import io.zabra.core.session.Client;
import io.zabra.core.session.CloseReason;
import io.zabra.core.session.Session;
import io.zabra.core.session.SessionIds;
import io.zabra.wire.client.ConnectRequest;
import io.zabra.wire.client.ConnectResponse;

/// Answers connect requests (client-protocol section 3): makes sessions, and lets clients resume theirs.
final class Handshake {

    private final NodeState state;
    private final SessionIds ids;
    private final Writes writes;

    Handshake(NodeState state, SessionIds ids, Writes writes) {
        this.state = state;
        this.ids = ids;
        this.writes = writes;
    }

    void connect(Client client, ConnectRequest request, Step step) {
        if (client.phase() != Client.Phase.NEW) {
            return;
        }
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
        if (state.diskFull()) {
            step.out().event(new Event.SessionRefused(0, client.remoteAddress(), "the disk is full"));
            end(client, CloseReason.DISK_FULL);
            return;
        }
        Session session = state.sessions().track(ids.next(state.sessions()), timeoutMs);
        bind(client, session);
        client.enter(Client.Phase.CONNECTING);
        writes.createSession(client, session, step);
    }

    /// The password is checked before anything else is touched: a stranger must not disturb the owner of a session.
    private void resume(Client client, ConnectRequest request, int timeoutMs, Step step) {
        byte[] password = request.password();
        Session session = state.sessions().find(request.sessionId());
        if (session == null
                || session.closing()
                || password == null
                || !SessionIds.matches(request.sessionId(), password)) {
            refuse(client, request, "session unknown, closing, or wrong password", step);
            client.link().connected(response(client, 0, 0, new byte[SessionIds.PASSWORD_LENGTH]), 0);
            end(client, CloseReason.SESSION_INVALID);
            return;
        }
        Client former = session.client();
        if (former != null) {
            end(former, CloseReason.SESSION_MOVED);
        }
        bind(client, session);
        state.sessions().renew(session, timeoutMs);
        step.out().event(new Event.SessionResumed(session.id(), client.remoteAddress()));
        accept(client, session, 0);
    }

    /// Tells the client that its session stands, made by the transaction `zxid` if that is not 0.
    static void accept(Client client, Session session, long zxid) {
        client.enter(Client.Phase.OPEN);
        byte[] password = SessionIds.password(session.id());
        client.link().connected(response(client, session.liveTimeoutMs(), session.id(), password), zxid);
    }

    private static ConnectResponse response(Client client, int timeoutMs, long sessionId, byte[] password) {
        return new ConnectResponse(0, timeoutMs, sessionId, password, false, client.expectsReadOnlyFlag());
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
