/** How the client sends a request and reads its answer or its stream. */

export interface ConnectionOptions {
    /** Sent as a bearer token. */
    apiKey?: string;
    /** Headers of every request. */
    headers?: Record<string, string>;
    /** What sends the requests; the platform's own `fetch` where it is not given. */
    fetch?: typeof fetch;
}

export interface CallOptions {
    /** Ends the call, and a stream, early. */
    signal?: AbortSignal;
    /** More headers of this request. */
    headers?: Record<string, string>;
}

interface Request {
    options: CallOptions;
    path?: Record<string, string | number>;
    query?: Record<string, string | number | boolean | readonly string[] | Record<string, string> | undefined>;
    headers?: Record<string, string | number | undefined>;
    body?: unknown;
}

interface ErrorFields {
    message?: string;
    type?: string;
    code?: string | null;
    param?: string | null;
}

/** The server's error: an answer with an error status, or an error within a stream (then `status` is undefined). */
export class AccordError extends Error {
    readonly status: number | undefined;
    readonly body: unknown;
    readonly requestId: string | undefined;
    readonly type: string | undefined;
    readonly code: string | undefined;
    readonly param: string | undefined;

    constructor(status: number | undefined, body: unknown, requestId: string | undefined) {
        const fields = errorFields(body);
        super(`${status === undefined ? "" : `${status}: `}${fields.message ?? String(body)}`);
        this.name = "AccordError";
        this.status = status;
        this.body = body;
        this.requestId = requestId;
        this.type = fields.type;
        this.code = fields.code ?? undefined;
        this.param = fields.param ?? undefined;
    }
}

function errorFields(body: unknown): ErrorFields {
    if (typeof body !== "object" || body === null) return { message: String(body) };
    return ("error" in body && typeof body.error === "object" && body.error !== null ? body.error : body) as ErrorFields;
}

function isError(event: unknown): boolean {
    const { type, error } = event as { type?: unknown; error?: unknown };
    return type === "error" || (typeof error === "object" && error !== null);
}

function requestId(response: Response): string | undefined {
    return response.headers.get("x-request-id") ?? response.headers.get("request-id") ?? undefined;
}

async function asError(response: Response): Promise<AccordError> {
    const text = await response.text();
    let body: unknown = text;
    try {
        body = JSON.parse(text);
    } catch {
        // Not this server's own answer, such as a proxy's page: the text says what there is to say.
    }
    return new AccordError(response.status, body, requestId(response));
}

/** The data of each server-sent event; leaving the loop closes the connection. */
async function* eventData(body: ReadableStream<Uint8Array>): AsyncGenerator<string, void, undefined> {
    const reader = body.getReader();
    const decoder = new TextDecoder();
    let rest = "";
    let data: string[] = [];
    try {
        for (;;) {
            const { done, value } = await reader.read();
            if (done) return;
            const lines = (rest + decoder.decode(value, { stream: true })).split("\n");
            rest = lines.pop() ?? "";
            for (const ended of lines) {
                const line = ended.endsWith("\r") ? ended.slice(0, -1) : ended;
                if (line.startsWith("data:")) {
                    data.push(line.slice(line.startsWith("data: ") ? 6 : 5));
                } else if (line === "" && data.length > 0) {
                    yield data.join("\n");
                    data = [];
                }
            }
        }
    } finally {
        await reader.cancel();
    }
}

/** A connection to one server. */
export class Transport {
    readonly #baseUrl: string;
    readonly #headers: Record<string, string>;
    readonly #fetch: typeof fetch;

    constructor(baseUrl: string, options: ConnectionOptions = {}) {
        this.#baseUrl = baseUrl.replace(/\/+$/, "");
        this.#headers = { ...options.headers };
        if (options.apiKey !== undefined) this.#headers["authorization"] = `Bearer ${options.apiKey}`;
        this.#fetch = options.fetch ?? ((input, init) => fetch(input, init));
    }

    protected async call<T>(method: string, path: string, request: Request): Promise<T> {
        return (await this.#answer(method, path, request)).json() as Promise<T>;
    }

    protected async text(method: string, path: string, request: Request): Promise<string> {
        return (await this.#answer(method, path, request)).text();
    }

    protected async *stream<T>(method: string, path: string, request: Request): AsyncGenerator<T, void, undefined> {
        const response = await this.#answer(method, path, request);
        if (response.body === null) return;
        for await (const data of eventData(response.body)) {
            if (data === "[DONE]") return;
            const event: unknown = JSON.parse(data);
            if (isError(event)) throw new AccordError(undefined, event, requestId(response));
            yield event as T;
        }
    }

    async #answer(method: string, path: string, request: Request): Promise<Response> {
        const headers = new Headers({ ...this.#headers, ...request.options.headers });
        for (const [name, value] of Object.entries(request.headers ?? {})) {
            if (value !== undefined) headers.set(name, String(value));
        }
        const init: RequestInit = { method, headers };
        if (request.options.signal) init.signal = request.options.signal;
        if (request.body !== undefined) {
            headers.set("content-type", "application/json");
            init.body = JSON.stringify(request.body);
        }
        const response = await this.#fetch(this.#url(path, request), init);
        if (!response.ok) throw await asError(response);
        return response;
    }

    #url(path: string, request: Request): string {
        const filled = path.replace(/\{(\w+)\}/g, (_, name: string) =>
            encodeURIComponent(String(request.path?.[name])).replaceAll("%2F", "/"),
        );
        const query = new URLSearchParams();
        for (const [name, value] of Object.entries(request.query ?? {})) {
            if (value === undefined) continue;
            if (typeof value !== "object") query.append(name, String(value));
            else if (Array.isArray(value)) for (const one of value) query.append(name, String(one));
            else for (const [member, one] of Object.entries(value)) query.append(`${name}[${member}]`, String(one));
        }
        return this.#baseUrl + filled + (query.size > 0 ? `?${query}` : "");
    }
}
