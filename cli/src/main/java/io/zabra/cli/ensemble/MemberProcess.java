// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.cli.ensemble;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// The process of one member. Its output goes to the end of its log.
final class MemberProcess {

    private static final int ANSWER_MS_MAX = 500;
    private static final int ANSWER_BYTES_MAX = 1 << 16;
    private static final int ERRORS_BYTES_MAX = 1 << 20;
    private static final int ERRORS_MAX = 5;

    private final int id;
    private final int clientPort;
    private final Path log;
    /// How long its log was before.
    private final long logBegin;
    private final Process process;
    /// Whether it has answered after the end of its process.
    private boolean startedAgain;

    private MemberProcess(int id, int clientPort, Path log, long logBegin, Process process) {
        this.id = id;
        this.clientPort = clientPort;
        this.log = log;
        this.logBegin = logBegin;
        this.process = process;
    }

    /// Starts a member.
    ///
    /// @param command what starts a server, without the name of its configuration
    static MemberProcess start(int id, List<String> command, Layout layout) throws IOException {
        List<String> whole = new ArrayList<>(command);
        whole.addAll(List.of("--config", layout.config(id).toString()));
        File nothing = Path.of("/dev/null").toFile();
        ProcessBuilder builder = new ProcessBuilder(whole)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(layout.log(id).toFile()));
        if (nothing.exists()) {
            builder.redirectInput(nothing);
        }
        Path log = layout.log(id);
        long logBegin = Files.exists(log) ? Files.size(log) : 0;
        return new MemberProcess(id, layout.ports(id).client(), log, logBegin, builder.start());
    }

    int id() {
        return id;
    }

    long pid() {
        return process.pid();
    }

    boolean runs() {
        return process.isAlive();
    }

    /// Asks it. A member that was started anew by somebody else counts as well: its port answers. From then on nobody
    /// here knows how it ends.
    MemberState state() {
        MemberState answered = MemberState.ofAnswer(ask());
        boolean silent = answered instanceof MemberState.Silent;
        boolean ended = !process.isAlive();
        startedAgain |= ended && !silent;
        return silent && ended && !startedAgain ? new MemberState.Ended(process.exitValue()) : answered;
    }

    /// The lines of its log since its start that say what was wrong; none if there is none, or it cannot be read.
    List<String> errors() {
        try (InputStream in = Files.newInputStream(log)) {
            in.skipNBytes(logBegin);
            String text = new String(in.readNBytes(ERRORS_BYTES_MAX), StandardCharsets.UTF_8);
            return text.lines()
                    .filter(line -> line.startsWith("error: "))
                    .limit(ERRORS_MAX)
                    .toList();
        } catch (IOException unreadable) {
            return List.of();
        }
    }

    /// The answer to `srvr`; empty if there is none.
    private String ask() {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), clientPort), ANSWER_MS_MAX);
            socket.setSoTimeout(ANSWER_MS_MAX);
            socket.getOutputStream().write("srvr".getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readNBytes(ANSWER_BYTES_MAX), StandardCharsets.UTF_8);
        } catch (IOException silent) {
            return "";
        }
    }

    /// Tells it to stop (SIGTERM).
    void stop() {
        process.destroy();
    }

    /// Waits for its end until the clock says `untilNs`; then it is killed. False if it had to be.
    boolean awaitEnd(long untilNs) throws InterruptedException {
        if (process.waitFor(Math.max(0, untilNs - System.nanoTime()), TimeUnit.NANOSECONDS)) {
            return true;
        }
        process.destroyForcibly();
        return false;
    }
}
