# Sourced by benchmarks of pages: starts the four services on ports of their own, and stops them when the benchmark exits.
#
#   MARKETPLACE_OPTIONS   JVM options of marketplace, for example -XX:TieredStopAtLevel=1
#   BACKEND_OPTIONS       JVM options of the other services
#   NICE                  niceness of the services (0)
#   SHOP_CPUS             the processors of the services, in the form of `taskset -c` (all)
#   JAVA_HOME             the JDK of all processes (the first `java`)
# shellcheck shell=bash
cd "$(dirname "${BASH_SOURCE[0]}")/.."
java=${JAVA_HOME:+$JAVA_HOME/bin/}java
folder=$(mktemp -d)
services=()
trap 'kill "${services[@]}" 2>/dev/null || true; wait; rm -rf "$folder"' EXIT
[[ -f marketplace/target/marketplace.jar ]] || { echo "$(basename "$0"): ./mvnw package -DskipTests first" >&2; exit 1; }

start() { # FOLDER_OF_SERVICE [JAVA_OPTION ...]
  local jar=$1/target/${1##*/}.jar service=${1##*/}
  shift
  nice -n "${NICE:-0}" ${SHOP_CPUS:+taskset -c "$SHOP_CPUS"} "$java" "$@" -jar "$jar" >"$folder/$service.log" 2>&1 &
  services+=($!)
  for _ in {1..600}; do grep -qs Serving "$folder/$service.log" && return; sleep 0.1; done
  cat "$folder/$service.log" >&2
  exit 1
}

export DRAIN_MS=0 RECOMMENDATIONS_PORT=50951 ORDERS_PORT=12906 GREETER_PORT=50952 MARKETPLACE_PORT=5900
export ORDERS_DB=$folder/orders.db
read -ra options <<<"${BACKEND_OPTIONS:-}"
for service in recommendations orders greeter; do start $service "${options[@]}"; done
read -ra options <<<"${MARKETPLACE_OPTIONS:-}"
start marketplace "${options[@]}"
shop=http://127.0.0.1:$MARKETPLACE_PORT
