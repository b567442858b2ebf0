// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.watch;

import io.zabra.wire.data.Acl;
import java.util.List;

/// Where events go. It must not register or remove watches from within.
public interface WatchSink<C> {

    /// Whether the client may read a node with this ACL. An event that it may not see is dropped, and a one-shot
    /// watch is used up all the same.
    boolean mayRead(C client, List<Acl> acl);

    /// A watch of the client has fired; `type` is one of those in [io.zabra.wire.client.WatcherEvent].
    void event(C client, int type, String path);
}
