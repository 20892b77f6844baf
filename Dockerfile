# One recipe for every service: docker build --build-arg SERVICE=recommendations .
# It needs BuildKit, which is the default since Docker 23 and otherwise selected by DOCKER_BUILDKIT=1.
ARG SERVICE

# Compiles all services once, whichever image is asked for: every module that makes a lib/ for its jar. Sorts the jars by
# how often they change.
FROM eclipse-temurin:25-jdk AS build
WORKDIR /src
COPY . .
RUN --mount=type=cache,target=/root/.m2 ./mvnw -q package -DskipTests -pl '!all-in-one,!system-tests'
RUN for lib in */target/lib; do \
      service=${lib%%/*}; \
      mkdir -p /out/$service/dependencies/lib /out/$service/application/lib; \
      cp -p $lib/* /out/$service/dependencies/lib; \
      mv /out/$service/dependencies/lib/*-SNAPSHOT.jar /out/$service/application/lib; \
      cp -p $service/target/$service.jar /out/$service/application/service.jar; \
    done

# What runs, but for the cache.
FROM eclipse-temurin:25-jre AS service
ARG SERVICE
WORKDIR /app
COPY --from=build /out/$SERVICE/dependencies .
COPY --from=build /out/$SERVICE/application .
# Readable by every user, also when the umask of the checkout was 077.
COPY --chmod=644 container/java.options .
COPY --chmod=755 container/healthy .
LABEL org.opencontainers.image.title="Bookmarket: $SERVICE" \
      org.opencontainers.image.description="A service of a small bookshop made of Java processes that talk gRPC" \
      org.opencontainers.image.licenses="Apache-2.0"
# One malloc arena rather than eight a core: their leftovers count against the memory limit.
ENV BIND_ADDRESS=0.0.0.0 MALLOC_ARENA_MAX=1
USER 10001:10001
ENTRYPOINT ["java", "-XX:Flags=/app/java.options", "-XX:AOTCache=/app/service.aot", "-jar", "service.jar"]

# Runs the service on the very JVM and jar files that will run, sends it requests, and keeps what it learned.
FROM service AS training
ARG SERVICE
USER 0:0
COPY --from=build /out /out
COPY container/train /
RUN bash /train "$SERVICE"

FROM service
COPY --from=training /app/service.aot .
