// What .ci/run says of its groups of tests. `failed FOLDER GROUP` prints the test files that did not pass;
// `all FOLDER GROUP...` prints what failed and why, and the sums. The folder has a report, an exit code, the output and
// the minutes of each group, and a report and an exit code of what ran again.
import { existsSync, readFileSync } from "node:fs";
import { relative } from "node:path";

const [what, folder, ...groups] = process.argv.slice(2);
const longestMessage = 1500;
const all = groups.map(resultOf);
if (what === "failed") for (const { files } of all) for (const { file } of files.filter(didNotPass)) say(file);
if (what === "all") sumUp();

function say(...words) {
  console.log(words.join(" "));
}

function read(name) {
  const path = `${folder}/${name}`;
  return existsSync(path) ? readFileSync(path, "utf8").trim() : undefined;
}

function filesIn(name) {
  const files = JSON.parse(read(name) ?? "{}").testResults ?? [];
  return files.map(({ name: path, status, message, assertionResults }) => ({
    file: relative(process.cwd(), path),
    status,
    message,
    tests: assertionResults,
  }));
}

function didNotPass({ status, tests }) {
  return status !== "passed" || tests.some(notPassed);
}

function notPassed({ status }) {
  return status !== "passed";
}

function resultOf(group) {
  const again = new Map(filesIn(`${group}-again.json`).map((one) => [one.file, one]));
  return {
    group,
    status: read(`${group}.status`) ?? "unknown",
    statusAgain: read(`${group}-again.status`),
    hasStrayError: /Vitest caught \d+ unhandled error/.test(read(`${group}.log`) ?? ""),
    minutes: read(`${group}.minutes`) ?? "no end, so no",
    files: filesIn(`${group}.json`),
    again,
  };
}

/**
 * Whatever did not pass counts as failed: a skipped test, a file without tests because it does not load, a failure
 * before or beside the tests, a group that did not come to its end. A test that failed beside the other groups and
 * passed when its file ran again alone has passed, and is named.
 */
function sumUp() {
  const sums = all.map(({ group, status, statusAgain, hasStrayError, minutes, files, again }) => {
    let passed = 0;
    let failed = 0;
    for (const file of files) {
      const second = again.get(file.file);
      for (const test of file.tests) {
        const later = second?.tests.find(({ fullName }) => fullName === test.fullName);
        const isPassed = !notPassed(test) || later?.status === "passed";
        if (isPassed) passed += 1;
        else failed += 1;
        if (notPassed(test)) tell(group, file.file, test, isPassed);
      }
      if (file.status !== "passed" && !file.tests.some(notPassed) && second?.status !== "passed") {
        failed += 1;
        say(`${group}: ${file.file} failed: ${(file.message ?? "").slice(0, longestMessage)}`);
      }
    }
    const isExplained = files.some(didNotPass) && statusAgain === "0" && !hasStrayError;
    if (failed === 0 && ((status !== "0" && !isExplained) || passed === 0)) failed = 1;
    return { group, minutes, passed, failed };
  });
  for (const { group, minutes, passed, failed } of sums)
    say(`${group}: ${minutes} minutes, ${passed} passed, ${failed} failed`);
  const sum = (name) => sums.reduce((total, one) => total + one[name], 0);
  say(`${sum("passed")} passed, ${sum("failed")} failed`);
  process.exitCode = sum("failed") === 0 ? 0 : 1;
}

function tell(group, file, test, isPassedAgain) {
  const end = isPassedAgain ? "failed beside the other groups, and passed when its file ran again" : test.status;
  say(`${group}: ${file}: ${test.fullName}: ${end}`);
  for (const message of test.failureMessages ?? []) say(message.slice(0, longestMessage));
}
