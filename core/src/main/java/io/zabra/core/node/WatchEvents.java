// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.node;

import io.zabra.core.auth.AccessControl;
import io.zabra.core.session.Client;
import io.zabra.core.watch.WatchSink;
import io.zabra.wire.client.WatcherEvent;
import io.zabra.wire.data.Acl;
import java.util.List;

/// Sends what watches have to tell to the clients that may know it.
final class WatchEvents implements WatchSink<Client> {

    private final AccessControl access;
    private long zxid;

    WatchEvents(AccessControl access) {
        this.access = access;
    }

    /// Sets the transaction whose changes are told from now on.
    void begin(long newZxid) {
        zxid = newZxid;
    }

    @Override
    public boolean mayRead(Client client, List<Acl> acl) {
        return access.permits(acl, Acl.READ, client.credentials());
    }

    @Override
    public void event(Client client, int type, String path) {
        client.link().event(zxid, new WatcherEvent(type, WatcherEvent.SYNC_CONNECTED, path));
    }
}
