/* Memory that runs out, at each allocation of the exchanges of machines.c in turn: for firmware the hook is called, and
 * abort() if it returns; elsewhere the process is aborted. Nothing else may happen. */
#define _POSIX_C_SOURCE 200112L /* fork, waitpid */
#define main exchanges
#include "machines.c"
#undef main
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#define HOOKED 42

static unsigned long left;

static int is_left(void) { return left > 0 && left--; }
static void *allocate(size_t size) { return is_left() ? malloc(size) : NULL; }
static void *reallocate(void *block, size_t size) { return is_left() ? realloc(block, size) : NULL; }

static const fonap_allocator allocator = {allocate, reallocate, free};

static void leave(void) { _exit(HOOKED); }
static void come_back(void) {}

/* How a process ends that may allocate `most` times. */
static int end_of(unsigned long most, void (*hook)(void)) {
    int status = 0;
    pid_t child = fork();
    CHECK(child >= 0);
    if (child == 0) {
        (void)close(STDERR_FILENO); /* Where the standard library says what it lacks. */
        left = most;
        OK(fonap_set_allocator(&allocator));
        fonap_set_panic_hook(hook);
        _exit(exchanges());
    }
    CHECK(waitpid(child, &status, 0) == child);
    return status;
}

int main(void) {
    unsigned long most;
    for (most = 0;; most++) {
        int status = end_of(most, leave);
        if (WIFEXITED(status) && WEXITSTATUS(status) == 0) {
            break;
        }
#ifdef FIRMWARE
        CHECK(WIFEXITED(status) && WEXITSTATUS(status) == HOOKED);
#else
        CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
#endif
        CHECK(most < 100000);
    }
    CHECK(most > 100);
    most = 0;
    CHECK(WIFSIGNALED(end_of(most, come_back)));
    CHECK(WTERMSIG(end_of(most, come_back)) == SIGABRT);
    CHECK(WTERMSIG(end_of(most, NULL)) == SIGABRT);
    return 0;
}
