// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.interop.clients;

import io.zabra.interop.process.OnZabra;
import io.zabra.interop.process.RunningServer;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/// Curator's recipes with one server.
@OnZabra
class CuratorIT extends CuratorRecipes {

    @TempDir
    static Path directory;

    private static RunningServer server;

    @BeforeAll
    static void start() {
        server = ZabraServer.start(directory);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Override
    protected String servers() {
        return server.connectString();
    }
}
