// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.client;

import org.jspecify.annotations.Nullable;

/// Something that a watch saw.
///
/// @param path path of the znode, without the chroot
/// @param zxid zxid of the change; -1 if it is unknown (changes found after a reconnect, and events made by the client)
public record WatchEvent(Type type, String path, long zxid) {

    /// What happened.
    public enum Type {
        NODE_CREATED,
        NODE_DELETED,
        NODE_DATA_CHANGED,
        NODE_CHILDREN_CHANGED,
        /// This client removed the watch.
        DATA_WATCH_REMOVED,
        /// This client removed the watch.
        CHILD_WATCH_REMOVED,
        /// This client removed the watch.
        PERSISTENT_WATCH_REMOVED,
        /// The connection was lost and the persistent watch stands again on a new one. Changes in between were not
        /// seen: read what matters anew.
        WATCH_RESTORED,
        /// A [WatchStream] was read too slowly and its oldest events were dropped. Read what matters anew.
        EVENTS_LOST;

        /// The kinds that come from a server, by their number; the numbers begin at 1.
        private static final Type[] ALL = values();

        /// The kind of a server's event, or null if the number is not one of them.
        static @Nullable Type ofServer(int number) {
            return number < 1 || number > NODE_CHILDREN_CHANGED.ordinal() + 1 ? null : ALL[number - 1];
        }
    }
}
