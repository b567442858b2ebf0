// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.node;

import io.zabra.core.auth.AccessControl;
import io.zabra.core.effect.Meter;
import io.zabra.core.session.Client;
import io.zabra.core.watch.WatchSink;
import io.zabra.wire.client.WatcherEvent;
import io.zabra.wire.data.Acl;
import java.util.List;

/// Sends what watches have to tell to the clients that may know it.
final class WatchEvents implements WatchSink<Client> {

    private final AccessControl access;
    private final Meter meter;
    private long zxid;
    private int type;
    private String path = "";
    private int fired;

    WatchEvents(AccessControl access, Meter meter) {
        this.access = access;
        this.meter = meter;
    }

    /// Sets the transaction whose changes are told from now on.
    void begin(long newZxid) {
        zxid = newZxid;
    }

    /// Counts what the last change has fired; at the end of each transaction.
    void end() {
        if (fired > 0) {
            meter.fired(type, fired);
            fired = 0;
        }
    }

    @Override
    public boolean mayRead(Client client, List<Acl> acl) {
        return access.permits(acl, Acl.READ, client.credentials());
    }

    @Override
    public void event(Client client, int firedType, String firedPath) {
        if (firedType != type || !firedPath.equals(path)) {
            end();
            type = firedType;
            path = firedPath;
        }
        fired++;
        client.link().event(zxid, new WatcherEvent(firedType, WatcherEvent.SYNC_CONNECTED, firedPath));
    }
}
