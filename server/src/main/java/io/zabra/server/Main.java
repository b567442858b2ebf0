// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.server;

import io.zabra.server.config.ConfigInput;
import io.zabra.server.config.ConfigReader;
import io.zabra.server.config.ConfigResult;
import io.zabra.server.config.Problem;
import io.zabra.server.config.ServerConfig;
import io.zabra.server.disk.IoCause;
import io.zabra.server.disk.StartRefusedException;
import io.zabra.server.net.ClientListener;
import io.zabra.server.observe.Events;
import io.zabra.server.observe.Metrics;
import io.zabra.server.report.Notifications;
import io.zabra.server.runtime.Server;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/// The server process (Apache: ZooKeeperServerMain, QuorumPeerMain).
///
/// Exit codes: 0 `--help` or `--print-config` has answered, 1 failed, 2 wrong configuration or usage, 4 the data was
/// refused. (3 is the launcher's: no JDK.) A server that is stopped by a signal ends with 128 and its number: 130 for
/// Ctrl-C, 143 for SIGTERM.
public final class Main {

    private static final int FAILED = 1;
    private static final int DATA_REFUSED = 4;
    /// The server's own limit comes first; this one is for what it does not know, such as a standard output that is
    /// stuck.
    private static final Duration STOP_MAX = Duration.ofMillis(Server.STOP_MS_MAX + 2_000);

    private static final String USAGE = """
        Usage: zabra server [[--config] FILE] [--print-config]
          --config FILE    a zoo.cfg; without it: 127.0.0.1:2181, data in ./data
          --print-config   show all settings and where they come from, then stop
          --help           show this
        """;

    private final PrintStream out;
    private final PrintStream err;

    private Main(PrintStream out, PrintStream err) {
        this.out = out;
        this.err = err;
    }

    public static void main(String[] arguments) {
        int code = run(List.of(arguments), System.out, System.err);
        if (code != 0) {
            System.exit(code);
        }
    }

    static int run(List<String> arguments, PrintStream out, PrintStream err) {
        return new Main(out, err).run(arguments);
    }

    private int run(List<String> arguments) {
        Path file = null;
        boolean print = false;
        for (int i = 0; i < arguments.size(); i++) {
            String argument = arguments.get(i);
            switch (argument) {
                case "--help", "-h" -> {
                    out.print(USAGE);
                    return 0;
                }
                case "--print-config" -> print = true;
                case "--config" -> {
                    if (file != null || i + 1 == arguments.size()) {
                        return wrong("--config needs a file" + (file == null ? "" : ", and just one"));
                    }
                    file = Path.of(arguments.get(++i));
                }
                default -> {
                    if (argument.startsWith("-")) {
                        return wrong("there is no option " + argument);
                    }
                    if (file != null) {
                        return wrong("one file is enough: " + file + ", " + argument);
                    }
                    file = Path.of(argument);
                }
            }
        }
        return run(file, print);
    }

    private int wrong(String problem) {
        err.println("error: " + problem);
        err.print(USAGE);
        return ConfigResult.EXIT_CODE;
    }

    private int run(@Nullable Path file, boolean print) {
        ConfigResult result = ConfigReader.read(ConfigInput.ofProcess(file));
        for (Problem warning : result.warnings()) {
            err.println("warning: " + warning);
        }
        return switch (result) {
            case ConfigResult.Rejected rejected -> {
                for (Problem problem : rejected.problems()) {
                    err.println("error: " + problem);
                }
                yield ConfigResult.EXIT_CODE;
            }
            case ConfigResult.Accepted accepted -> {
                if (print) {
                    out.print(accepted.listing().get());
                    yield 0;
                }
                yield serve(accepted.config());
            }
        };
    }

    private int serve(ServerConfig config) {
        Events events = new Events(LoggerFactory.getLogger("zabra"), () -> System.nanoTime() / 1_000_000);
        CountDownLatch stopped = new CountDownLatch(1);
        LastWords fatal = new LastWords(events, err, () -> Runtime.getRuntime().halt(FAILED));
        // No thread may end by an error while the others go on as if it were still there.
        Thread.setDefaultUncaughtExceptionHandler((_, cause) -> fatal.accept(cause));
        try {
            Server server = Server.start(config, new Metrics(), new Notifications(events, fatal));
            Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(server, stopped), "zabra-stop"));
            InetSocketAddress bound =
                    new InetSocketAddress(config.listeners().client().getAddress(), server.port());
            String begin = config.ensemble() == null
                    ? "Zabra serves at "
                    : "Zabra is a member of an ensemble, and serves once there is a leader, at ";
            out.println(begin + ClientListener.text(bound) + ". " + howToConnect(bound));
            stopped.await();
            return 0;
        } catch (StartRefusedException e) {
            err.println("error: " + e.getMessage());
            return DATA_REFUSED;
        } catch (IOException | InterruptedException e) {
            err.println("error: the server cannot start: " + IoCause.of(e));
            return FAILED;
        }
    }

    /// A command that can be pasted, as long as the launcher has told where it is.
    private static String howToConnect(InetSocketAddress bound) {
        boolean everywhere = bound.getAddress().isAnyLocalAddress();
        String server = everywhere ? "127.0.0.1:" + bound.getPort() : ClientListener.text(bound);
        String home = System.getProperty("zabra.home");
        if (home == null) {
            return "Clients connect to " + server;
        }
        boolean here = Path.of("").toAbsolutePath().equals(Path.of(home));
        return "To connect: " + (here ? "." : home) + "/zabra shell -server " + server;
    }

    /// Ends by itself: the process ends when this returns, whatever still runs.
    private void stop(Server server, CountDownLatch stopped) {
        Thread closing = Thread.ofPlatform().name("zabra-close").daemon().start(() -> close(server));
        try {
            if (!closing.join(STOP_MAX)) {
                err.println("error: the server did not stop within " + STOP_MAX.toSeconds() + " s");
            }
        } catch (InterruptedException e) {
            err.println("error: the stop was interrupted: " + e);
        } finally {
            stopped.countDown();
        }
    }

    private void close(Server server) {
        try {
            server.close();
        } catch (IOException | InterruptedException e) {
            err.println("error: the server did not stop cleanly: " + IoCause.of(e));
        }
    }
}
