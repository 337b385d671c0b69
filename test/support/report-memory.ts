/** Loaded into a program before its own code: tells the process that started it how much memory it has, ten times a second. */
setInterval(() => {
  process.send?.(process.memoryUsage.rss());
}, 100).unref();
