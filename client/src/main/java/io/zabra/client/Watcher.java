// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.client;

/// Hears of changes. Called on the client's executor, one event at a time, in the order of the changes, and always
/// before the answer to any request that shows the change.
@FunctionalInterface
public interface Watcher {

    void changed(WatchEvent event);
}
