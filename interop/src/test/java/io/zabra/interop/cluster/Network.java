// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.interop.cluster;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.List;

/// The network between the members 1 to n. Each knows the others by the same names, so that all have the same list of
/// servers.
public interface Network extends AutoCloseable {

    String JAVA = Path.of(System.getProperty("java.home"), "bin", "java").toString();

    /// How members know a member.
    String host(int member);

    /// Where the tests find it.
    InetAddress clientHost(int member);

    /// The beginning of the command that starts a member, up to the first options of Java.
    ///
    /// @param home folder for files that are needed
    List<String> launch(int member, Path home) throws IOException;

    /// Makes the ports of a member ready to be reached.
    void open(int to, int... ports) throws IOException;

    /// Makes a port of a member ready to be reached at another port.
    void openAs(int to, int at, int port) throws IOException;

    /// Cuts one direction.
    void cut(int from, int to);

    /// Cuts a member off from all others.
    void isolate(int member);

    /// Ends all cuts.
    void heal();

    @Override
    void close();
}
