# Builds the image of any service: docker build --build-arg SERVICE=recommendations .
# Needs BuildKit: the default since Docker 23, selected by DOCKER_BUILDKIT=1 in older releases.
ARG SERVICE

# Compiles all services (every module with target/lib) once for all images. Separates dependencies from our own jars, which
# change more often.
FROM docker.io/library/eclipse-temurin:25-jdk AS build
WORKDIR /src
COPY . .
# The settings are optional. They are not mounted in /root/.m2, because that would leave an empty file in the cache for later builds.
ARG MVNW_REPOURL
RUN --mount=type=cache,target=/root/.m2 --mount=type=secret,id=maven-settings \
    if [ -f /run/secrets/maven-settings ]; then set -- --settings /run/secrets/maven-settings; fi; \
    ./mvnw -q package -DskipTests -pl '!all-in-one' "$@"
RUN for lib in */target/lib; do \
      service=${lib%%/*}; \
      mkdir -p /out/$service/dependencies/lib /out/$service/application/lib; \
      cp -p $lib/* /out/$service/dependencies/lib; \
      mv /out/$service/dependencies/lib/*-SNAPSHOT.jar /out/$service/application/lib; \
      cp -p $service/target/$service.jar /out/$service/application/service.jar; \
      cat container/java.options $(find container -name $service.options) > /out/$service/application/java.options; \
    done
# Netty's native libraries for this processor, if there are any: a read-only container cannot unpack them when it starts.
RUN jar xf recommendations/target/lib/grpc-netty-shaded-*.jar META-INF/native && \
    for dependencies in /out/*/dependencies; do \
      mkdir $dependencies/native; \
      find META-INF/native -name "*_$(uname -m | sed 's/aarch64/aarch_64/').so" -exec cp {} $dependencies/native \; ; \
    done

# The image without the AOT cache.
FROM docker.io/library/eclipse-temurin:25-jre AS service
ARG SERVICE
WORKDIR /app
COPY --from=build /out/$SERVICE/dependencies .
COPY --from=build /out/$SERVICE/application .
# Executable by every user, even if the checkout was made with umask 077.
COPY --chmod=755 container/healthy .
LABEL org.opencontainers.image.title="Bookmarket: $SERVICE" \
      org.opencontainers.image.description="A service of a small bookshop made of Java processes that communicate over gRPC" \
      org.opencontainers.image.licenses="Apache-2.0"
# One malloc arena instead of eight per core: unused memory in arenas counts against the memory limit.
ENV BIND_ADDRESS=0.0.0.0 ADMIN_PORT=9464 MALLOC_ARENA_MAX=1
USER 10001:10001
# gRPC's buffers are outside of the heap and have a limit of their own, by default the size of the heap. -XX:Flags accepts no -D.
ENTRYPOINT ["java", "-XX:Flags=/app/java.options", "-XX:AOTCache=/app/service.aot", \
  "-Dio.grpc.netty.shaded.io.netty.maxDirectMemory=25165824", "-Djava.library.path=/app/native", "-jar", "service.jar"]

# Runs the service on the same JVM and jar files as in the image, sends requests, and stores the AOT cache.
FROM service AS training
ARG SERVICE
USER 0:0
COPY --from=build /out /out
COPY container/train /
RUN bash /train "$SERVICE"

FROM service
COPY --from=training /app/service.aot .
