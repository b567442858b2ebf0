// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.server;

import io.zabra.server.config.ConfigInput;
import io.zabra.server.config.ConfigReader;
import io.zabra.server.config.ConfigResult;
import io.zabra.server.config.Problem;
import io.zabra.server.config.ServerConfig;
import io.zabra.server.observe.Events;
import io.zabra.server.observe.Metrics;
import io.zabra.server.runtime.Notifications;
import io.zabra.server.runtime.Server;
import io.zabra.server.runtime.StartRefusedException;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.slf4j.LoggerFactory;

/// The server process (Apache: ZooKeeperServerMain, QuorumPeerMain).
///
/// Exit codes: 0 stopped on request, 1 failed, 2 wrong configuration or usage, 4 the data directory was refused. (3 is
/// the launcher's: no JDK.)
public final class Main {

    private static final int FAILED = 1;
    private static final int DATA_REFUSED = 4;
    private static final String USAGE = """
        Usage: zabra server [--config FILE] [--print-config]
          --config FILE    a zoo.cfg; without it: 127.0.0.1:2181, data in ./data
          --print-config   show all settings and where they come from, then stop
        """;

    private final PrintStream out;
    private final PrintStream err;

    private Main(PrintStream out, PrintStream err) {
        this.out = out;
        this.err = err;
    }

    public static void main(String[] arguments) {
        int code = new Main(System.out, System.err).run(List.of(arguments));
        if (code != 0) {
            System.exit(code);
        }
    }

    private int run(List<String> arguments) {
        Path file = null;
        boolean print = false;
        for (int i = 0; i < arguments.size(); i++) {
            String argument = arguments.get(i);
            if (argument.equals("--config") && i + 1 < arguments.size()) {
                file = Path.of(arguments.get(++i));
            } else if (argument.equals("--print-config")) {
                print = true;
            } else if (!argument.startsWith("-") && file == null) {
                file = Path.of(argument);
            } else {
                boolean help = argument.equals("--help") || argument.equals("-h");
                (help ? out : err).print(USAGE);
                return help ? 0 : ConfigResult.EXIT_CODE;
            }
        }
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
            String address = config.listeners().client().getHostString() + ":" + server.port();
            out.println("Zabra serves at " + address + ". To connect: ./zabra shell -server " + address);
            stopped.await();
            return 0;
        } catch (StartRefusedException e) {
            err.println("error: " + e.getMessage());
            return DATA_REFUSED;
        } catch (IOException | InterruptedException e) {
            err.println("error: the server cannot start: " + e.getMessage());
            return FAILED;
        }
    }

    private void stop(Server server, CountDownLatch stopped) {
        try {
            server.close();
        } catch (IOException | InterruptedException e) {
            err.println("error: the server did not stop cleanly: " + e.getMessage());
        } finally {
            stopped.countDown();
        }
    }
}
